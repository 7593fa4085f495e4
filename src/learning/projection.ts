import { DataError } from "../errors.js";
import { PatternCouplings, quadratic } from "../interactions/index.js";
import type { Dependence, Projector } from "../kernels/index.js";
import { type BitMatrix, bitMatrix } from "../math/bits.js";
import { quote } from "../names.js";
import type { PatternSet } from "../patterns/index.js";
import { beginsWith } from "./one-by-one.js";
import { type Learned, learningRule, selfCoupling } from "./rule.js";

/**
 * The projection (pseudoinverse) rule, W = X^T (X X^T)^-1 X with the patterns as the rows of X: W projects on the span
 * of the patterns, so every one of them is a fixed point with W xi = xi, however correlated they are (Personnaz, Guyon
 * and Dreyfus, Information storage and retrieval in spin-glass like neural networks, 1985, eq. 8). They must be linearly
 * independent.
 *
 * By default the diagonal W_ii is subtracted: patterns stay fixed points, and memories are held up to a load of 1. With
 * `selfCoupling` W is the projector itself, and the basins of attraction shrink to nothing at a load of 1/2 (Kanter and
 * Sompolinsky, Associative recall of memory without errors, 1987).
 */
export const projection = learningRule({
  name: "projection",
  summary: "the projector on the patterns (pseudoinverse); holds correlated patterns",
  reference: "Personnaz, Guyon and Dreyfus 1985",
  options: { selfCoupling },
  create: ({ selfCoupling }) => ({
    selfCoupling,
    capacity: { load: () => (selfCoupling ? 0.5 : 1), source: "Kanter and Sompolinsky 1987" },
    learn(patterns, kernels, previous) {
      const { units, bits } = patterns;
      const before = previous && known.get(previous);
      // Among n + 1 patterns of n units one is dependent: it is found before memory is allocated for further ones.
      const p = Math.min(bits.rows, units + 1);
      const first = bitMatrix(p, units, bits.words.subarray(0, p * bits.stride));
      const start = before !== undefined && beginsWith(bits, before.bits) ? before.projector : undefined;
      const projector = kernels.projector(first, start);
      if ("dependent" in projector) throw dependence(projector, patterns);
      const diagonal = selfCoupling ? {} : { diagonal: projector.diagonal };
      const couplings = new PatternCouplings(
        { patterns: patterns.bits, middle: projector.middle, divisor: 1, ...diagonal },
        kernels,
      );
      const learned = { interaction: quadratic(couplings) };
      known.set(learned, { bits, projector });
      return learned;
    },
  }),
});

/** Options of the projection rule. */
export type ProjectionOptions = NonNullable<Parameters<typeof projection>[0]>;

/** The projector that couplings were made of, from which one on more patterns is computed. */
const known = new WeakMap<Learned, { readonly bits: BitMatrix; readonly projector: Projector }>();

function dependence({ dependent: k, combination: z, products }: Dependence, patterns: PatternSet): DataError {
  const name = (mu: number) => (patterns.labels ? `${mu} (${quote(patterns.labels[mu])})` : `${mu}`);
  const remedy = "projection needs linearly independent patterns: leave it out, or use another rule";
  for (let mu = 0; mu < k; mu++) {
    if (Math.abs(products[mu]) === patterns.units) {
      const what = products[mu] > 0 ? "a duplicate" : "the negative";
      return new DataError(`pattern ${name(k)} is ${what} of pattern ${name(mu)}; ${remedy}`);
    }
  }
  const others = Array.from(z.subarray(0, k), (_, mu) => mu).filter((mu) => Math.abs(z[mu]) > 1e-6);
  const shown = others.slice(0, 8).map(name).join(", ") + (others.length > 8 ? `, ... (${others.length} in all)` : "");
  return new DataError(`pattern ${name(k)} is a linear combination of patterns ${shown}; ${remedy}`);
}
