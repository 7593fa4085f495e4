import { decodeUnits } from "../encoding.js";
import { Query, writeQuery } from "../query.js";
import {
  defaultSetting,
  factorNames,
  firstPatterns,
  layoutNames,
  leastBeta,
  mostBeta,
  mostField,
  mostPatterns,
  type Setting,
  sides,
} from "./setting.js";

/** The setting as the part of an address after `#/equivalence?`. */
export function writeSetting(setting: Setting): string {
  const { side, patterns, chosen, factor, layout, field, flipped, beta, seed, speed } = setting;
  return writeQuery([
    ["side", side],
    ...patterns.map((units) => ["p", units] as const),
    ["on", chosen],
    ["factor", factor],
    ["layout", layout],
    ["field", field],
    ["flip", flipped],
    ["beta", beta],
    ["seed", seed],
    ["speed", speed],
  ]);
}

/** Reads what `writeSetting` wrote. What is missing or makes no sense is as on a first visit. */
export function readSetting(address: string | Query): Setting {
  const query = typeof address === "string" ? new Query(address) : address;
  const first = defaultSetting;
  const side = Number(query.oneOf("side", sides.map(String), String(first.side)));
  const given = query.getAll("p");
  const [units, strange] = [true, false].map((fits) =>
    given.filter((text, k) => (k < mostPatterns && decodeUnits(text, side * side) !== undefined) === fits),
  );
  for (const text of strange) query.refuse("p", text);
  const patterns = units.length > 0 ? units : firstPatterns(side);
  return {
    side,
    patterns,
    chosen: Math.floor(query.number("on", 0, patterns.length - 1, first.chosen)),
    factor: query.oneOf("factor", factorNames, first.factor),
    layout: query.oneOf("layout", layoutNames, first.layout),
    field: query.number("field", 0, mostField, first.field),
    flipped: query.number("flip", 0, 50, first.flipped),
    beta: query.number("beta", leastBeta, mostBeta, first.beta),
    seed: Math.floor(query.number("seed", 0, Number.MAX_SAFE_INTEGER, first.seed)),
    speed: query.number("speed", 0, 100, first.speed),
  };
}
