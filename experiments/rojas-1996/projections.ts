import { type PatternSet, type Random, randomPatterns } from "engram";
import {
  asMatrix,
  dot,
  estimateMean,
  largestDifference,
  type Matrix,
  moorePenrose,
  product,
  singularValues,
  squaredDistance,
  transpose,
} from "engram/math";
import { colours, type Experiment, legend, type Plot } from "../experiment.js";
import { derived, exact, mean, stated } from "../statistics.js";
import { citation, UNITS } from "./basin-counts.js";

interface Parameters {
  /** Random sets of patterns for each number of them. */
  readonly draws: number;
  /** Other matrices that are tried in place of the pseudoinverse. */
  readonly candidates: number;
}

type Part =
  | {
      readonly kind: "pseudoinverse";
      /** How many of the candidates come nearer to I, and to Y; the largest violation of the three equations. */
      readonly nearer: readonly [identity: number, outputs: number];
      readonly violation: number;
      /** |X X^+ - I|^2, and rows less rank. */
      readonly square: number;
      readonly dependent: number;
    }
  | {
      readonly kind: "order";
      readonly patterns: number;
      /** The part of the states and pairs of patterns whose order is turned round by each projection. */
      readonly orthogonal: number;
      readonly hebb: number;
    };

interface Share {
  readonly patterns: number;
  readonly share: number;
  readonly low: number;
  readonly high: number;
}

const PATTERNS = [2, 3, 4, 5, 6, 7];
/** More rows than columns: X has no right inverse, and X X^+ is not I. */
const SHAPE = { rows: 14, columns: UNITS, outputs: 4 };
/** Rounding errors of sums of some tens of products of numbers of order 1. */
const ROUNDING = 1e-12;

/** Two stored vectors of unlike length in the plane that they span, and the orthogonal projection of a vector on it. */
const PICTURE = { x1: [2, 0], x2: [0.64, 0.77], x: [1, 0.62] } as const;

/** What the orthogonal projection keeps and Hebb's does not, and what the pseudoinverse minimises. */
export const projections: Experiment<Parameters, Part, readonly Share[]> = {
  id: "rojas-1996/projections",
  title: "Orthogonal and non-orthogonal projection on stored vectors, and what the pseudoinverse minimises",
  citation,
  where: "definition 14, proposition 18 and its corollary, and the picture of the projections of a vector",
  version: 1,
  settings: {
    quick: { draws: 50, candidates: 1000 },
    standard: { draws: 500, candidates: 20_000 },
    full: { draws: 5000, candidates: 200_000 },
  },
  tasks: () => 1 + PATTERNS.length * 4,

  run({ draws, candidates }, task, { random }) {
    if (task === 0) return pseudoinversePart(candidates, random);
    const patterns = PATTERNS[(task - 1) % PATTERNS.length];
    const count = Math.ceil(draws / 4);
    const found = Array.from({ length: count }, (_, k) => turned(randomPatterns(patterns, UNITS, random.fork(k))));
    return {
      kind: "order",
      patterns,
      orthogonal: mean(found.map(({ orthogonal }) => orthogonal)),
      hebb: mean(found.map(({ hebb }) => hebb)),
    };
  },

  summarize({ draws, candidates }, parts) {
    const pseudo = parts.find((part) => part.kind === "pseudoinverse")!;
    const orders = parts.filter((part) => part.kind === "order");
    const shares = PATTERNS.map((patterns): Share => {
      const own = orders.filter((part) => part.patterns === patterns).map(({ hebb }) => hebb);
      const { value, low, high } = estimateMean(own, 0.99);
      return { patterns, share: value, low, high };
    });
    const { x1, x2, x } = PICTURE;
    const nearest = (vector: readonly number[]) => (cosine(vector, x1) > cosine(vector, x2) ? "x1" : "x2");
    const some = shares.find(({ patterns }) => patterns === 3)!;
    return {
      rows: [
        exact(
          "X X^+ X = X, X^+ X X^+ = X^+, both products symmetrical",
          "yes",
          pseudo.violation < ROUNDING ? "yes" : "no",
        ),
        exact(`matrices G with a smaller |X G - I| than X^+, of ${candidates}`, "none", countOf(pseudo.nearer[0])),
        exact(`matrices W with a smaller |X W - Y| than X^+ Y, of ${candidates}`, "none", countOf(pseudo.nearer[1])),
        derived(
          "|X X^+ - I|^2, as the number of dependent rows of X",
          pseudo.dependent,
          Math.abs(pseudo.square - pseudo.dependent) < ROUNDING * SHAPE.rows ? pseudo.dependent : pseudo.square,
        ),
        exact(
          "orthogonal projection: states whose order of similarity to two patterns changes",
          "none",
          orders.every(({ orthogonal }) => orthogonal === 0) ? "none" : "some",
        ),
        exact("picture: the stored vector that the orthogonal projection is closer to", "x2", nearest(x)),
        exact(
          "picture: the stored vector that the non-orthogonal projection is closer to",
          "x1",
          nearest(hebbian(x, [x1, x2])),
        ),
        stated(
          "non-orthogonal projection, 3 patterns of ten units: part of the states and pairs whose order changes",
          "can change",
          { value: some.share, low: some.low, high: some.high },
          { above: 0 },
        ),
      ],
      notes: [
        `X has ${SHAPE.rows} random rows of ${SHAPE.columns} signs, so that no matrix solves X W = Y exactly. The other matrices are X^+ and X^+ Y with normal changes of all sizes from 1e-6 to 1, and normal matrices. That none is nearer for any change is the equation X^T (X X^+ - I) = 0, which the first row implies: the squared distance is a convex function.`,
        "Similarity is the scalar product d = x x^i. With W = X^+ X the projection of x has the same products with all stored vectors as x itself. With W = X^T X they are multiplied by the matrix X X^T of the products between these.",
        `The picture's numbers are not printed: ours has x1 = (${x1.join(", ")}), x2 = (${x2.join(", ")}) and a vector whose orthogonal projection is (${x.join(", ")}), with closeness by angle. Between two stored vectors of equal length, as patterns of signs are, the order cannot change, whatever their angle; between two of three or more it can: for 3 of ten units in ${(100 * some.share).toFixed(2)} % of all states and pairs, ${Math.ceil(draws / 4) * 4} random sets, with equal similarities left out.`,
      ],
      figure: shares,
    };
  },

  figure: (Plot, { figure }) => ({
    width: 820,
    height: 380,
    marginTop: 30,
    marginRight: 30,
    fx: { label: null, domain: ["plane", "states"], axis: null },
    x: { axis: null, domain: [-0.1, 8.2] },
    y: { axis: null, domain: [-0.12, 1.5] },
    marks: [...picture(Plot), ...chart(Plot, figure)],
  }),
};

/** The plane of the stored vectors. */
function picture(Plot: Plot): object[] {
  const { x1, x2, x } = PICTURE;
  const whole = hebbian(x, [x1, x2]);
  // Its direction is what counts: it is drawn as long as its place allows.
  const scale = 2.4 / Math.sqrt(whole[0] * whole[0] + whole[1] * whole[1]);
  const vectors = [
    { name: "x1", to: x1, colour: colours.published },
    { name: "x2", to: x2, colour: colours.published },
    { name: "orthogonal projection of x", to: x, colour: colours.ours },
    { name: "direction of x W", to: whole.map((value) => scale * value), colour: colours.other },
  ];
  const across = (value: number) => 3.1 * value;
  return [
    ...vectors.map(({ to, colour }) =>
      Plot.arrow([{ x: across(to[0]), y: to[1] }], {
        fx: () => "plane",
        x1: 0,
        y1: 0,
        x2: "x",
        y2: "y",
        stroke: colour,
        strokeWidth: 2.5,
        headLength: 9,
      }),
    ),
    ...vectors.map(({ name, to, colour }, k) =>
      Plot.text([{ x: across(to[0]), y: to[1] }], {
        fx: () => "plane",
        x: "x",
        y: "y",
        text: () => name,
        fill: colour,
        fontWeight: 600,
        textAnchor: k === 0 || k === 3 ? "end" : "start",
        dx: k === 2 ? 8 : 0,
        dy: k === 0 ? 14 : k === 2 ? 0 : -10,
      }),
    ),
  ];
}

/** How often the order of two patterns changes, against their number. */
function chart(Plot: Plot, shares: readonly Share[]): object[] {
  const most = Math.max(...shares.map(({ high }) => high), 0.01);
  const top = Math.ceil(100 * most) / 100;
  const y = (share: number) => share / top;
  const fx = () => "states";
  return [
    Plot.frame({ fx: "states", stroke: "currentColor", strokeOpacity: 0.3 }),
    Plot.lineY(shares, { fx, x: "patterns", y: ({ share }: Share) => y(share), stroke: colours.other, strokeWidth: 2 }),
    Plot.ruleX(shares, {
      fx,
      x: "patterns",
      y1: ({ low }: Share) => y(low),
      y2: ({ high }: Share) => y(high),
      stroke: colours.other,
    }),
    Plot.dot(shares, { fx, x: "patterns", y: ({ share }: Share) => y(share), fill: colours.other, r: 3.5 }),
    Plot.lineY(shares, { fx, x: "patterns", y: 0, stroke: colours.ours, strokeWidth: 2 }),
    Plot.text(shares, {
      fx,
      x: "patterns",
      y: -0.05,
      text: ({ patterns }: Share) => `${patterns}`,
      fill: "currentColor",
    }),
    Plot.text([0, top / 2, top], {
      fx,
      x: 1.6,
      y: (share: number) => y(share),
      text: (share: number) => `${(100 * share).toFixed(1)} %`,
      fill: "currentColor",
      textAnchor: "end",
    }),
    ...legend(
      Plot,
      [
        ["states and pairs whose order changes,", "currentColor"],
        ["against the number of patterns:", "currentColor"],
        ["Hebb's projection", colours.other],
        ["orthogonal projection", colours.ours],
      ],
      "top-left",
      { fx },
    ),
  ];
}

function pseudoinversePart(candidates: number, random: Random): Part {
  const { rows, columns, outputs } = SHAPE;
  const patterns = randomPatterns(rows, columns, random.fork(0));
  const x = asMatrix(
    "x",
    Array.from({ length: rows }, (_, r) => patterns.spins(r)),
  );
  const y = filled(rows, outputs, () => (random.uniform() < 0.5 ? -1 : 1));
  const { inverse } = moorePenrose(x);
  const weights = product(inverse, y);
  const identity = filled(rows, rows, (i, j) => (i === j ? 1 : 0));
  const least = [squaredDistance(product(x, inverse), identity), squaredDistance(product(x, weights), y)] as const;
  const nearer: [number, number] = [0, 0];
  for (let k = 0; k < candidates; k++) {
    // Every seventh is a matrix of its own, the others are changes of all sizes.
    const size = [1, 1e-1, 1e-2, 1e-3, 1e-4, 1e-6][k % 7];
    const from = (best: Matrix) =>
      filled(best.rows, best.columns, (i, j) =>
        size === undefined ? random.normal() : best.values[i * best.columns + j] + size * random.normal(),
      );
    if (squaredDistance(product(x, from(inverse)), identity) < least[0]) nearer[0]++;
    if (squaredDistance(product(x, from(weights)), y) < least[1]) nearer[1]++;
  }
  const [left, right] = [product(x, inverse), product(inverse, x)];
  const violation = Math.max(
    largestDifference(product(left, x), x),
    largestDifference(product(right, inverse), inverse),
    largestDifference(left, transpose(left)),
    largestDifference(right, transpose(right)),
  );
  const { values } = singularValues(x);
  const rank = Array.from(values).filter((value) => value > ROUNDING * values[0]).length;
  return { kind: "pseudoinverse", nearer, violation, square: least[0], dependent: rows - rank };
}

/** How often the scalar products with two of the patterns, if they differ, change their order by a projection. */
function turned(patterns: PatternSet): { orthogonal: number; hebb: number } {
  const x = Array.from({ length: patterns.count }, (_, mu) => patterns.spins(mu));
  const rows = asMatrix("patterns", x);
  const gram = product(rows, transpose(rows));
  const orthogonal = product(transpose(rows), transpose(moorePenrose(rows).inverse));
  let [pairs, changedOrthogonal, changedHebb] = [0, 0, 0];
  for (let word = 0; word < 2 ** UNITS; word++) {
    const state = filled(1, UNITS, (_, i) => ((word >> i) & 1) * 2 - 1);
    const products = product(state, transpose(rows)).values;
    const ofHebb = product({ rows: 1, columns: products.length, values: products }, gram).values;
    const ofOrthogonal = product(product(state, orthogonal), transpose(rows)).values;
    for (let a = 0; a < products.length; a++) {
      for (let b = 0; b < a; b++) {
        const before = products[a] - products[b];
        if (before === 0) continue;
        pairs++;
        if (before * (ofHebb[a] - ofHebb[b]) < 0) changedHebb++;
        if (before * (ofOrthogonal[a] - ofOrthogonal[b]) < 0) changedOrthogonal++;
      }
    }
  }
  // Two patterns that are equal have no order.
  return { orthogonal: changedOrthogonal / Math.max(pairs, 1), hebb: changedHebb / Math.max(pairs, 1) };
}

/** x W with W = sum x_i^T x_i. */
function hebbian(x: readonly number[], stored: readonly (readonly number[])[]): number[] {
  return x.map((_, j) => stored.reduce((sum, own) => sum + dot(x, own) * own[j], 0));
}

function cosine(a: readonly number[], b: readonly number[]): number {
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
}

function filled(rows: number, columns: number, value: (i: number, j: number) => number): Matrix {
  return {
    rows,
    columns,
    values: Float64Array.from({ length: rows * columns }, (_, k) => value(Math.floor(k / columns), k % columns)),
  };
}

function countOf(count: number): string {
  return count === 0 ? "none" : `${count}`;
}
