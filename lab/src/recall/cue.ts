import { Random } from "engram/math";
import { flip, flipExactly, PatternSet } from "engram/patterns";
import { decodeUnits, encodeUnits } from "../encoding.js";
import { type Setting, unitsOf } from "./setting.js";

type Recipe = Pick<Setting, "source" | "images" | "from" | "damage" | "seed">;

/** The cue that a setting describes, units of 0 and 1: the damaged picture, and what was painted over it. */
export function cueOf(setting: Recipe & Pick<Setting, "painted">, gallery: PatternSet | undefined): Uint8Array {
  const cue = unpainted(setting, gallery);
  const painted = decodeUnits(setting.painted, cue.length);
  return painted === undefined ? cue : cue.map((unit, i) => unit ^ painted[i]);
}

/** `painted` of a setting whose cue shall be these units. */
export function paintedFor(cue: Uint8Array, setting: Recipe, gallery: PatternSet | undefined): string {
  const before = unpainted(setting, gallery);
  return encodeUnits(cue.map((unit, i) => unit ^ before[i]));
}

function unpainted(setting: Recipe, gallery: PatternSet | undefined): Uint8Array {
  const units = unitsOf(setting);
  const { from, damage, seed } = setting;
  if (from === "blank") return new Uint8Array(units);
  const random = new Random(seed);
  if (from === "noise" || gallery === undefined || from >= gallery.count || gallery.units !== units) {
    return Uint8Array.from({ length: units }, () => (random.bernoulli(0.5) ? 1 : 0));
  }
  const whole = gallery.select([from]);
  const damaged =
    damage.kind === "flip"
      ? flip(whole, damage.percent / 100, random)
      : flipExactly(whole, Math.min(damage.count, units), random);
  return damaged.binary(0);
}

/** Units of 0 and 1 as the one-row set that the memory takes. */
export function asState(units: Uint8Array): PatternSet {
  return PatternSet.from([units]);
}
