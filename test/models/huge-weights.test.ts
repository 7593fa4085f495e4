import { describe, expect, it } from "vitest";
import { binary, DataError, gaussian, Random, Rbm, relu, softmax, spin, type Units } from "../../src/index.js";
import { DenseCouplings, SparseCouplings } from "../../src/interactions/index.js";
import {
  deepBeliefBound,
  deepBoltzmannBound,
  hiddenLogPartition,
  logLikelihood,
  logPartition,
} from "../../src/likelihood/index.js";
import { bitMatrix } from "../../src/math/bits.js";
import {
  BoltzmannChains,
  BoltzmannMachine,
  Classifier,
  DeepBeliefChains,
  DeepBeliefNet,
  DeepBoltzmannChains,
  DeepBoltzmannMachine,
  deepFeatures,
  deepMeanField,
  ExactDistribution,
  exactGradient,
  exactLogLikelihood,
  exactLogPartition,
  GibbsChains,
  IsingModel,
  likelihoodBound,
  meanField,
  WorkspaceChains,
} from "../../src/models/index.js";

/** Weights whose squares, sums or single-precision values overflow, and some that are large but fit everywhere. */
const SIZES = [1e20, 1e37, 1e39, 1e160, 1e200, 1e270, 1e308, Number.MAX_VALUE];

/** Signs of the weights of a 2 x 2 matrix: sums of either sign, and of both. */
const PATTERNS = [
  [1, 1, 1, 1],
  [1, 1, -1, -1],
  [1, -1, 1, -1],
];

const layers: Record<string, () => Units> = {
  binary: () => binary(2),
  spin: () => spin(2),
  softmax: () => softmax(1, 2),
  gaussian: () => gaussian(2, { mean: [1, -1] }),
  relu: () => relu(2),
};

const states: Record<string, number[]> = {
  binary: [1, 1],
  spin: [1, -1],
  softmax: [0, 1],
  gaussian: [1, -2],
  relu: [1, 2],
};

const cases = PATTERNS.flatMap((signs) => SIZES.map((size) => signs.map((sign) => sign * size)));

/** Every number in a result. */
function numbersOf(result: unknown): number[] {
  if (typeof result === "number") return [result];
  if (ArrayBuffer.isView(result)) return Array.from(result as Float64Array);
  if (Array.isArray(result)) return result.flatMap(numbersOf);
  return [];
}

/** A result of finite numbers, or one DataError of one line with a remedy. */
async function readsOrThrows(weights: readonly number[], read: () => unknown): Promise<void> {
  try {
    const numbers = numbersOf(await read());
    expect(numbers.length).toBeGreaterThan(0);
    expect(numbers.every(Number.isFinite), `${weights.join()}: ${String(read)}`).toBe(true);
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    expect(error.message).not.toContain("\n");
    expect(error.message).toMatch(/make (them|the weights) smaller|finite/);
  }
}

/** Reads a model with the weights of every case in every way. */
async function eachCase(readersOf: (weights: readonly number[]) => readonly (() => unknown)[]): Promise<void> {
  for (const weights of cases) for (const read of readersOf(weights)) await readsOrThrows(weights, read);
}

const random = () => new Random(3);
const rowsOf = (weights: readonly number[]) => [weights.slice(0, 2), weights.slice(2)];
const annealing = () => ({ random: random(), chains: 4, temperatures: 5, steps: 2 });

describe("weights of any finite size", () => {
  const pairs = Object.keys(layers).flatMap((visible) => Object.keys(layers).map((hidden) => [visible, hidden]));

  it.each(pairs)("an RBM of %s and %s units", (visible, hidden) =>
    eachCase((weights) => {
      const rbm = new Rbm({ visible: layers[visible](), hidden: layers[hidden](), weights: rowsOf(weights) });
      const [v, h] = [Float64Array.from(states[visible]), Float64Array.from(states[hidden])];
      const isListed = Math.min(rbm.visible.states, rbm.hidden.states) < Number.POSITIVE_INFINITY;
      const isExact = isListed || (visible === "gaussian" && hidden === "gaussian");
      const readers: (() => unknown)[] = [
        () => rbm.energy(v, h),
        () => rbm.freeEnergy(v),
        () => rbm.hiddenFreeEnergy(h),
        () => rbm.hiddenInputs(v),
        () => rbm.visibleInputs(h),
        () => rbm.hiddenMean(v),
        () => rbm.visibleMean(h),
        () => rbm.sampleHidden(v, { streams: [random()] }),
        () => rbm.sampleVisible(h, { streams: [random()] }),
        () => new GibbsChains(rbm, { random: random(), visible: v }).advance(3).visible,
        () => {
          const chains = new WorkspaceChains(rbm, { random: random(), visible: v }).advance(3);
          return [chains.states(), chains.means()];
        },
        async () => (await logPartition(rbm, { ...annealing(), method: "annealing" })).logZ,
        ...(isExact ? [() => exactLogPartition(rbm), () => exactLogLikelihood(rbm, v)] : []),
        ...(isListed ? [() => exactGradient(rbm, v).weights] : []),
        ...(isExact
          ? [
              async () => (await logPartition(rbm, annealing())).logZ,
              async () => (await logLikelihood(rbm, v, annealing())).value,
            ]
          : []),
        ...(visible === "spin" && hidden === "gaussian"
          ? [async () => (await hiddenLogPartition(rbm, annealing())).logZ]
          : []),
      ];
      return readers;
    }),
  );

  it.each(["binary", "spin"])("Boltzmann machines of %s units, and Ising models", (type) =>
    eachCase((weights) => {
      const units = () => layers[type]();
      const coupled = {
        visibleCouplings: [
          [0, weights[1]],
          [weights[1], 0],
        ],
        weights: rowsOf(weights),
      };
      const make = () => new BoltzmannMachine({ visible: units(), hidden: units(), ...coupled });
      const [v, h] = [Float64Array.from(states[type]), Float64Array.from(states[type])];
      const readers = [
        () => make().energy(v, h),
        () => make().freeEnergy(v),
        () => new ExactDistribution(make()).logZ,
        () => new ExactDistribution(make()).logLikelihood(v),
        () => new ExactDistribution(make()).gradient(v).couplings,
        () => new ExactDistribution(make()).probabilities(),
        () => new BoltzmannChains(make(), { random: random() }).advance(3).states,
        () => meanField(make(), { visible: v }).logSums,
        () => meanField(make(), { visible: v, method: "tap" }).logSums,
        () => likelihoodBound(make(), v).bounds,
        () =>
          make()
            .toIsing()
            .energy(Float64Array.of(1, 1, -1, 1)),
        () =>
          new IsingModel(3, [
            [0, 1, weights[0]],
            [1, 2, weights[2]],
            [0, 2, weights[3]],
          ]).energy([1, 1, -1]),
      ];
      return readers;
    }),
  );

  it("couplings of Hopfield nets", () =>
    eachCase((weights) => {
      const starts = Uint32Array.of(0, 2, 4);
      const columns = Uint32Array.of(0, 1, 0, 1);
      const states = bitMatrix(1, 2);
      const makers = [
        () => new DenseCouplings(weights, 2),
        () => new SparseCouplings({ starts, columns, weights: Float64Array.from(weights) }, 2),
      ];
      return makers.flatMap((make) => [
        () => make().quadratic(states),
        () => {
          const fields = new Float64Array(2);
          make().fields(states, fields);
          return fields;
        },
      ]);
    }));

  it.each(["binary", "spin"])("deep Boltzmann machines of %s units", (type) =>
    eachCase((weights) => {
      const visible = layers[type]();
      const hidden = [layers[type](), layers[type]()] as const;
      const deep = new DeepBoltzmannMachine({ visible, hidden, weights: [rowsOf(weights), rowsOf(weights)] });
      const v = Float64Array.from(states[type]);
      const readers = [
        () => deep.energy(v, v, v),
        () => deep.exactLogPartition(),
        () => deep.exactLogLikelihood(v),
        () => deepMeanField(deep, v).logSums,
        () => new DeepBoltzmannChains(deep, { random: random() }).advance(3).states(),
        async () => (await deepBoltzmannBound(deep, v, annealing())).value,
      ];
      return readers;
    }),
  );

  it.each(["binary", "gaussian"])("deep belief nets on %s units, and their classifiers", (type) =>
    eachCase((weights) => {
      const lower = new Rbm({ visible: layers[type](), hidden: binary(2), weights: rowsOf(weights) });
      const top = new Rbm({ visible: binary(2), hidden: binary(2), weights: rowsOf(weights) });
      const net = new DeepBeliefNet([lower, top]);
      const data = { rows: 1, columns: 2, values: Float64Array.from(states[type]) };
      const readers = [
        () => deepFeatures(net, data).values,
        () => new DeepBeliefChains(net, { random: random() }).advance(3).generate().means,
        () => Classifier.fromDeepBeliefNet(net, { classes: 2, random: random() }).probabilities(data).values,
        async () => (await deepBeliefBound(net, data.values, { ...annealing(), draws: 2 })).value,
      ];
      return readers;
    }),
  );
});

describe("huge weights that double precision holds", () => {
  it("give the right energies and log Z", () => {
    const w = 1e308;
    const rbm = new Rbm({ visible: binary(1), hidden: binary(1), weights: [[w]] });
    expect(rbm.energy(Float64Array.of(1), Float64Array.of(1))).toEqual(Float64Array.of(-w));
    expect(rbm.freeEnergy(Float64Array.of(1))).toEqual(Float64Array.of(-w));
    expect(rbm.hiddenMean(Float64Array.of(1))).toEqual(Float64Array.of(1));
    // Z = 3 + e^w
    expect(exactLogPartition(rbm)).toBe(w);
    // Z = 3 + e^-w
    const negative = new Rbm({ visible: binary(1), hidden: binary(1), weights: [[-w]] });
    expect(exactLogPartition(negative)).toBeCloseTo(Math.log(3), 14);
  });

  it("name single precision where a workspace cannot hold them", () => {
    const rbm = new Rbm({ visible: binary(1), hidden: binary(1), weights: [[1e39]] });
    expect(() => new WorkspaceChains(rbm, { random: random() })).toThrow(
      "the magnitudes of weights add up to 1e+39 in row 0; expected at most 2^124, the range of single precision",
    );
  });

  it("are refused where a sum overflows, whatever the order of its terms", () => {
    const weights = [[1e308], [1e308], [-1e308], [-1e308], [-1e308]];
    const rbm = new Rbm({ visible: binary(5), hidden: binary(1), weights });
    expect(() => rbm.hiddenMean(new Float64Array(5).fill(1))).toThrow(
      "inputs of the hidden layer[0] is Infinity; expected a finite number",
    );
  });
});
