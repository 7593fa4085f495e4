import type { Random } from "../../math/random.js";
import { normalParameter, type Parameter } from "../parameters.js";
import { add, affine, multiply } from "../tape/operations/elementwise.js";
import { product } from "../tape/operations/product.js";
import { concat, entry, reshape, split } from "../tape/operations/shape.js";
import type { Tensor } from "../tape/tensor.js";

/** How heads see facts and questions. */
export interface HeadMaps {
  /** A tree of parameters. */
  parameters(random: Random): MapParameters;
  /**
   * Keys and values of each head, [episodes, facts, dimension].
   *
   * @param places of each place of a fact, the items, [episodes x facts, dimension]
   */
  facts(
    parameters: MapParameters<Tensor>,
    places: readonly Tensor[],
    shape: readonly [episodes: number, facts: number],
  ): { readonly keys: readonly Tensor[]; readonly values: readonly Tensor[] };
  /** What each head asks, [episodes, dimension]. */
  asked(parameters: MapParameters<Tensor>, question: Tensor): readonly Tensor[];
  /** The sum of what heads get, as it joins the question. */
  gathered(parameters: MapParameters<Tensor>, got: readonly Tensor[]): Tensor;
}

/** Gains or weights, see `mapsOf`. Gains are kept in parts of sqrt(dimension): an optimiser moves them as it moves a column. */
export interface MapParameters<Leaf = Parameter> {
  readonly keys: Leaf;
  readonly values: Leaf;
  readonly output: Leaf;
  /** Of free maps. */
  readonly question?: Leaf | undefined;
}

interface Sizes {
  readonly dimension: number;
  readonly heads: number;
  readonly places: number;
}

/** The standard deviation of the first gains around 1: large enough that heads prefer different places from the start. */
const SPREAD = 0.5;

/**
 * Maps of heads. "shared": all heads see items as they are, weighted by a gain for each head and place; what a hop gets is
 * then a sum of items again, which the next hop can ask for. "free": each head has matrices of its own for its question, for
 * the items of each place, and for its output, as in the paper; that what is got can be asked for must be learned.
 */
export function mapsOf(maps: "shared" | "free", sizes: Sizes): HeadMaps {
  return maps === "shared" ? sharedMaps(sizes) : freeMaps(sizes);
}

function sharedMaps({ dimension, heads, places }: Sizes): HeadMaps {
  const unit = Math.sqrt(dimension);
  const gain = (gains: Tensor, k: number) => affine(entry(gains, k), unit);
  const weighted = (gains: Tensor, items: readonly Tensor[], [episodes, facts]: readonly [number, number]) =>
    Array.from({ length: heads }, (_, h) => {
      const parts = items.map((item, place) => multiply(item, gain(gains, h * places + place)));
      return reshape(
        parts.reduce((a, b) => add(a, b)),
        [episodes, facts, dimension],
      );
    });
  return {
    parameters(random) {
      const gains = (count: number, mean: number, deviation: number, own: Random) => {
        const drawn = normalParameter([count, 1], deviation, own);
        return { ...drawn, values: drawn.values.map((x) => (x + mean) / unit) };
      };
      return {
        keys: gains(heads * places, 1, SPREAD, random.fork(0)),
        values: gains(heads * places, 1, SPREAD, random.fork(1)),
        output: gains(heads, 1 / heads, 0, random.fork(2)),
      };
    },
    facts: ({ keys, values }, items, shape) => ({
      keys: weighted(keys, items, shape),
      values: weighted(values, items, shape),
    }),
    asked: (_, question) => Array.from({ length: heads }, () => question),
    gathered: ({ output }, got) => got.map((one, h) => multiply(one, gain(output, h))).reduce((a, b) => add(a, b)),
  };
}

function freeMaps({ dimension, heads, places }: Sizes): HeadMaps {
  const wide = heads * dimension;
  const parts = (x: Tensor) =>
    split(
      x,
      Array.from({ length: heads }, () => dimension),
    );
  return {
    parameters: (random) => ({
      question: normalParameter([dimension, wide], 1 / Math.sqrt(dimension), random.fork(0)),
      keys: normalParameter([places * dimension, wide], 1 / Math.sqrt(places * dimension), random.fork(1)),
      values: normalParameter([places * dimension, wide], 1 / Math.sqrt(places * dimension), random.fork(2)),
      output: normalParameter([wide, dimension], 1 / Math.sqrt(wide), random.fork(3)),
    }),
    facts({ keys, values }, items, [episodes, facts]) {
      const apart = items.length === 1 ? items[0] : concat(items);
      const mapped = (weights: Tensor) =>
        parts(product(apart, weights)).map((own) => reshape(own, [episodes, facts, dimension]));
      return { keys: mapped(keys), values: mapped(values) };
    },
    asked: ({ question: weights }, question) => parts(product(question, weights as Tensor)),
    gathered: ({ output }, got) => product(concat(got), output),
  };
}
