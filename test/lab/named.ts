import fc from "fast-check";
import type { Maker, OptionSpec } from "../../dist/index.js";
import { type Named, named, type Value } from "../../lab/src/options.js";

/** Any of the makers with any options, as the lab keeps them. */
export function namedOf(makers: readonly Maker[]): fc.Arbitrary<Named> {
  return fc.constantFrom(...makers).chain(({ name, options }) => {
    const values = Object.fromEntries(Object.entries(options).map(([option, spec]) => [option, valueFor(spec)]));
    return fc.record(values).map((given) => named(makers, name, given));
  });
}

function valueFor(spec: OptionSpec): fc.Arbitrary<Value> {
  switch (spec.type) {
    case "made":
      return namedOf(spec.from);
    case "boolean":
      return fc.boolean();
    case "choice":
      return fc.constantFrom(...spec.values);
    case "integer":
      return fc.integer({ min: spec.low ?? -1000, max: Math.min(spec.high ?? 1000, 2 ** 31 - 1) });
    case "number":
      return fc.oneof(numberOf(spec), ...(spec.words ?? []).map((word) => fc.constant(word)));
    case "range": {
      const bounds = { min: spec.low ?? 0, max: spec.high ?? 1000 };
      return fc.tuple(fc.integer(bounds), fc.integer(bounds)).map(([a, b]) => [Math.min(a, b), Math.max(a, b)]);
    }
    case "numbers":
      return fc.array(numberOf(spec), { minLength: spec.least ?? 0, maxLength: 5 });
  }
}

function numberOf(spec: { low?: number; high?: number; above?: number; below?: number }): fc.Arbitrary<number> {
  return fc
    .double({
      noNaN: true,
      min: spec.low ?? spec.above ?? -1e9,
      max: spec.high ?? spec.below ?? 1e9,
      minExcluded: spec.above !== undefined,
      maxExcluded: spec.below !== undefined,
    })
    .map((value) => value + 0);
}
