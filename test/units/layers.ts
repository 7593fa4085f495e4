import { binary, gaussian, type Random, relu, softmax, spin, type Units } from "../../src/index.js";

/** The unit types by name, each as a layer of `count` units with random parameters. */
export const LAYERS: Readonly<Record<string, (count: number, random: Random) => Units>> = {
  binary: (count, random) => binary(count, { bias: normals(count, random) }),
  spin: (count, random) => spin(count, { bias: normals(count, random) }),
  gaussian: (count, random) => gaussian(count, { mean: normals(count, random), precision: positive(count, random) }),
  softmax: (count, random) => softmax(count, 3, { bias: normals(3 * count, random) }),
  relu: (count, random) => relu(count, { mean: normals(count, random), precision: positive(count, random) }),
};

export const TYPES = Object.keys(LAYERS);

export const normals = (count: number, random: Random) => Float64Array.from({ length: count }, () => random.normal());

const positive = (count: number, random: Random) => Float64Array.from({ length: count }, () => 1 + random.uniform());

/** Rows that a sum over all states visits, with the logarithms of their weights. */
export interface Nodes {
  readonly rows: Float64Array;
  readonly logWeights: Float64Array;
}

/**
 * All states of a layer of finitely many; else the nodes of an integral over all its values: the trapezoid rule for
 * gaussian units, for relu units the same after x = exp(u - exp(-u)). Both converge exponentially fast in the step.
 */
export function nodes(units: Units): Nodes {
  const own: [set: (row: Float64Array) => void, logWeight: number][][] = Array.from({ length: units.count }, (_, i) =>
    unitNodes(units, i),
  );
  const total = own.reduce((product, list) => product * list.length, 1);
  const rows = new Float64Array(total * units.width);
  const logWeights = new Float64Array(total);
  for (let r = 0; r < total; r++) {
    const row = rows.subarray(r * units.width, (r + 1) * units.width);
    let left = r;
    for (const list of own) {
      const [set, logWeight] = list[left % list.length];
      left = Math.floor(left / list.length);
      set(row);
      logWeights[r] += logWeight;
    }
  }
  return { rows, logWeights };
}

function unitNodes(units: Units, i: number): [set: (row: Float64Array) => void, logWeight: number][] {
  if (units.states < Number.POSITIVE_INFINITY) {
    return Array.from({ length: units.states }, (_, state) => [(row) => units.setState(i, state, row), 0]);
  }
  const place = (x: number, weight: number): [(row: Float64Array) => void, number] => [
    (row) => {
      row[i] = x;
    },
    Math.log(weight),
  ];
  if (units.type === "gaussian") return Array.from({ length: 101 }, (_, k) => place((k - 50) * 0.3, 0.3));
  return Array.from({ length: 119 }, (_, k) => {
    const u = (k - 64) / 18;
    const x = Math.exp(u - Math.exp(-u));
    return place(x, (x * (1 + Math.exp(-u))) / 18);
  });
}
