import { Query, writeQuery } from "../query.js";
import {
  defaultSetting,
  mostFlipped,
  mostLoad,
  mostTemperature,
  ruleNames,
  type Setting,
  unitCounts,
} from "./setting.js";

/** The setting as the part of an address after `#/capacity?`. */
export function writeSetting({ rule, units, load, temperature, flipped, seed }: Setting): string {
  return writeQuery([
    ["rule", rule],
    ["n", units],
    ["load", load],
    ["T", temperature],
    ["flip", flipped],
    ["seed", seed],
  ]);
}

/** Reads what `writeSetting` wrote. What is missing or makes no sense is as on a first visit. */
export function readSetting(address: string | Query): Setting {
  const query = typeof address === "string" ? new Query(address) : address;
  const first = defaultSetting;
  const rule = query.oneOf("rule", ruleNames, first.rule);
  return {
    rule,
    units: Number(query.oneOf("n", unitCounts.map(String), String(first.units))),
    load: query.number("load", 0, mostLoad(rule), first.load),
    temperature: query.number("T", 0, mostTemperature, first.temperature),
    flipped: query.number("flip", 0, mostFlipped, first.flipped),
    seed: Math.floor(query.number("seed", 0, Number.MAX_SAFE_INTEGER, first.seed)),
  };
}
