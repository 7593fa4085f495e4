import { decodeUnits } from "../encoding.js";
import { numberIn, oneOf, writeQuery } from "../query.js";
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
export function readSetting(text: string): Setting {
  const query = new URLSearchParams(text);
  const first = defaultSetting;
  const side = sides.find((edge) => String(edge) === query.get("side")) ?? first.side;
  const given = query.getAll("p").filter((units) => decodeUnits(units, side * side) !== undefined);
  const patterns = given.length > 0 ? given.slice(0, mostPatterns) : firstPatterns(side);
  return {
    side,
    patterns,
    chosen: Math.floor(numberIn(query.get("on"), 0, patterns.length - 1, first.chosen)),
    factor: oneOf(query.get("factor"), factorNames, first.factor),
    layout: oneOf(query.get("layout"), layoutNames, first.layout),
    field: numberIn(query.get("field"), 0, mostField, first.field),
    flipped: numberIn(query.get("flip"), 0, 50, first.flipped),
    beta: numberIn(query.get("beta"), leastBeta, mostBeta, first.beta),
    seed: Math.floor(numberIn(query.get("seed"), 0, Number.MAX_SAFE_INTEGER, first.seed)),
    speed: numberIn(query.get("speed"), 0, 100, first.speed),
  };
}
