import type { IntegerSpec, NumberSpec } from "engram/options";

/** The ends of a slider, and its steps. */
export interface OptionTrack {
  readonly min: number;
  readonly max: number;
  readonly step: number;
}

/** A slider does not cover a range whose end is more than this many times the largest value of interest. */
const TOO_LONG = 5;
/** Ranges about zero that are longer than this are limits, not ranges of interest. */
const LIMITS = 1000;

/** Up to this number of whole numbers, a slider can pick each of them. */
const FEW = 100;

/**
 * A slider for a number within these bounds: the whole range if its ends are near, otherwise its beginning, up to a round
 * number of twice a usual value; undefined without a lower bound.
 */
export function trackOf(spec: NumberSpec | IntegerSpec, usual: number): OptionTrack | undefined {
  const { low, high } = spec;
  if (spec.type === "integer") {
    return low === undefined || high === undefined || high - low > FEW ? undefined : { min: low, max: high, step: 1 };
  }
  const { above, below } = spec;
  const begin = low ?? above;
  const end = high ?? below ?? Number.POSITIVE_INFINITY;
  if (begin === undefined || (begin < 0 && end - begin > LIMITS)) return undefined;
  const reach = roundAbove(2 * (usual - begin || 1));
  const last = end - begin > TOO_LONG * reach ? begin + reach : end;
  const step = 10 ** Math.floor(Math.log10(last - begin)) / 100;
  return {
    min: neat(above === undefined ? begin : begin + step),
    max: neat(last === below ? last - step : last),
    step: neat(step),
  };
}

/** The smallest of 1, 2, 5 and their powers of ten that is not below x. */
function roundAbove(x: number): number {
  const power = 10 ** Math.floor(Math.log10(x));
  const first = [1, 2, 5].find((digit) => digit * power >= x) ?? 10;
  return first * power;
}

/** Without the last digits of binary fractions. */
function neat(x: number): number {
  return Number(x.toPrecision(12));
}
