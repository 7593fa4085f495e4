import type { Random } from "engram";
import { estimateMean, log, matrix } from "engram/math";
import { GaussianMemory } from "engram/neural";
import { colours, type Experiment } from "../experiment.js";
import { expected, type Interval } from "../statistics.js";
import { citation } from "./source.js";

interface Parameters {
  readonly memories: number;
  readonly samples: number;
}

/** One memory after some writes. */
interface Part {
  readonly exact: number;
  readonly module: number;
  /** Half of what the module has: its factor corrected, its ln det not. */
  readonly halved: number;
  readonly sampled: Interval;
  readonly logDeterminant: number;
  readonly sumOfLogs: number;
  readonly chain: number;
}

interface FigureData {
  readonly points: readonly { readonly memory: number; readonly what: string; readonly nats: number }[];
}

const [ROWS, CODE, WRITES] = [6, 4, 20];

/** The divergence of a memory from its prior: exactly, by samples, and as the published module computes it. */
export const kl: Experiment<Parameters, Part, FigureData> = {
  id: "wu-2018/kl",
  title: "KL(M) of a Kanerva memory after 20 writes: exact, by samples, and as the published module has it",
  citation,
  where:
    "the divergence of the memory in the bound; the module memory.py of google-deepmind/dynamic-kanerva-machines, get_dkl_total",
  version: 1,
  settings: {
    quick: { memories: 6, samples: 2000 },
    standard: { memories: 24, samples: 20_000 },
    full: { memories: 100, samples: 100_000 },
  },
  tasks: ({ memories }) => memories,

  run({ samples }, _, { random }) {
    const normal = () => random.normal();
    const vector = (length: number) => Float64Array.from({ length }, normal);
    const mean = matrix(ROWS, CODE, vector(ROWS * CODE));
    const memory = new GaussianMemory({ mean, variance: 1, noise: 1 });
    let chain = 0;
    for (let t = 0; t < WRITES; t++) chain += memory.write(vector(CODE), vector(ROWS)).logDeterminant;
    const { values } = memory.covariance();
    let [sumOfLogs, trace, distance] = [0, 0, 0];
    for (let k = 0; k < ROWS; k++) {
      sumOfLogs += log(values[k * ROWS + k]);
      trace += values[k * ROWS + k];
    }
    memory.mean.values.forEach((x, at) => {
      distance += (x - mean.values[at]) * (x - mean.values[at]);
    });
    const module = CODE * trace + distance - CODE * ROWS - CODE * sumOfLogs;
    return {
      exact: memory.divergence(),
      module,
      halved: module / 2,
      sampled: sampledDivergence(memory, samples, random),
      logDeterminant: memory.logDeterminant(),
      sumOfLogs,
      chain,
    };
  },

  summarize({ samples }, parts) {
    const differs = (what: string) =>
      `${what}: ln det U is not the sum of the logarithms of its diagonal unless U is diagonal, and the divergence of normal distributions has a factor 1/2`;
    const rows = parts.slice(0, 6).flatMap(({ exact, module, halved, sampled }, k) => [
      expected(`memory ${k + 1}: KL(M), exact`, exact, sampled),
      expected(`memory ${k + 1}: as the module has it`, module, sampled, {
        explained: differs("the module leaves out 1/2 and takes the diagonal"),
      }),
      expected(`memory ${k + 1}: half of that`, halved, sampled, {
        explained: differs("the module takes the diagonal"),
      }),
    ]);
    const gaps = parts.map(({ halved, exact }) => halved - exact);
    const largestChain = Math.max(...parts.map(({ chain, logDeterminant }) => Math.abs(chain - logDeterminant)));
    return {
      rows,
      notes: [
        `${ROWS} rows, codes of ${CODE} entries, prior N(0, 1) around a random mean, noise 1, ${WRITES} codes and weights of standard normal entries. Intervals are 99.9 % of the mean of ln p(M | written) - ln p(M) over ${samples.toLocaleString("en")} samples.`,
        `Over ${parts.length} memories half of the module's value is off by ${Math.min(...gaps).toFixed(2)} to ${Math.max(...gaps).toFixed(2)} nats, its own value by ${Math.min(...parts.map(({ module, exact }) => module - exact)).toFixed(2)} to ${Math.max(...parts.map(({ module, exact }) => module - exact)).toFixed(2)}.`,
        `ln det U adds up along the writes as ln(s^2 / q): the sums differ from the determinant by at most ${largestChain.toExponential(1)}.`,
      ],
      figure: {
        points: parts.flatMap(({ exact, module, halved, sampled }, memory) => [
          { memory, what: "exact", nats: exact },
          { memory, what: "samples", nats: sampled.value },
          { memory, what: "module", nats: module },
          { memory, what: "half of the module's", nats: halved },
        ]),
      },
    };
  },

  figure(Plot, { figure: { points } }) {
    const fill = { exact: colours.ours, samples: colours.theory, module: colours.published };
    return {
      width: 640,
      height: 320,
      marginLeft: 140,
      x: { label: "KL(M), nats →", grid: true },
      y: { label: null, domain: ["exact", "samples", "half of the module's", "module"] },
      marks: [
        Plot.dot(points, {
          x: "nats",
          y: "what",
          r: 3,
          fill: ({ what }: { what: keyof typeof fill }) => fill[what] ?? colours.other,
        }),
      ],
    };
  },
};

/** The mean of ln p(M | written) - ln p(M) over samples of M from what was written. */
function sampledDivergence(memory: GaussianMemory, samples: number, random: Random): Interval {
  const { rows, code, factor, mean, prior } = memory;
  const half = memory.logDeterminant() / 2;
  const values = Float64Array.from({ length: samples }, () => {
    let ratio = -code * half;
    for (let c = 0; c < code; c++) {
      // A column is R + L^-T e for U^-1 = L L^T: |e|^2 is its squared distance in units of U.
      const column = Float64Array.from({ length: rows }, () => random.normal());
      for (const e of column) ratio -= (e * e) / 2;
      for (let i = rows - 1; i >= 0; i--) {
        for (let k = i + 1; k < rows; k++) column[i] -= factor[k * rows + i] * column[k];
        column[i] /= factor[i * rows + i];
      }
      for (let k = 0; k < rows; k++) {
        const m = column[k] + mean.values[k * code + c] - prior.mean.values[k * code + c];
        ratio += (m * m) / 2;
      }
    }
    return ratio;
  });
  const { value, low, high } = estimateMean(values, 0.999);
  return { value, low, high };
}
