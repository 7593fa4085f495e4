import { ModernMemory, type Random, type VectorSet } from "engram";
import { entmax, softmax, sparsemax } from "engram/memories";
import { colours, type Experiment } from "../experiment.js";
import { derived, exact } from "../statistics.js";
import { onSphere } from "../vectors.js";

interface Parameters {
  readonly units: number;
  readonly patterns: number;
  readonly sets: number;
  /** Queries of a set. */
  readonly queries: number;
  readonly betas: readonly number[];
  /** Lengths of the noise that is added to a pattern of length 1. */
  readonly noises: readonly number[];
}

type Name = "softmax" | "entmax" | "sparsemax";

/** Queries of a set at one beta and noise. */
interface Count {
  readonly name: Name;
  readonly beta: number;
  readonly noise: number;
  /** Queries whose retrieval the separation of their pattern proves to be exact. */
  readonly certified: number;
  readonly exact: number;
  readonly violations: number;
  /** Queries that are exact without the lead of their pattern, or not exact with it. */
  readonly unlike: number;
}

interface Share {
  readonly name: string;
  readonly noise: string;
  readonly beta: number;
  readonly share: number;
}

interface FigureData {
  readonly exact: readonly Share[];
  readonly certified: readonly Share[];
}

const NAMES: readonly Name[] = ["softmax", "entmax", "sparsemax"];

/** By how much beta times the similarity of a pattern must lead all others so that it has all of the weight. */
const LEADS: Readonly<Record<Name, number>> = { softmax: Number.POSITIVE_INFINITY, entmax: 2, sparsemax: 1 };

const COLOURS: Readonly<Record<string, string>> = {
  softmax: colours.other,
  "entmax 1.5": colours.published,
  sparsemax: colours.ours,
};

/** Which queries retrieve their pattern exactly, and which of them one can know beforehand. */
export const exactRetrieval: Experiment<Parameters, readonly Count[], FigureData> = {
  id: "santos-2024/exact",
  title: "Exact retrieval in one step with sparsemax and entmax, and the queries of which it is proven",
  citation:
    "Santos, Niculae, McNamee and Martins, Sparse and structured Hopfield networks, International Conference on Machine Learning (2024)",
  where:
    "abstract and introduction: margins give exact retrieval, of which softmax is incapable; the bound here is derived",
  version: 1,
  settings: {
    quick: { units: 64, patterns: 300, sets: 4, queries: 60, betas: [2, 4, 8, 16, 32], noises: [0.05, 0.15, 0.3] },
    standard: {
      units: 64,
      patterns: 500,
      sets: 40,
      queries: 100,
      betas: [1, 2, 4, 8, 16, 32],
      noises: [0.05, 0.15, 0.3],
    },
    full: {
      units: 64,
      patterns: 500,
      sets: 200,
      queries: 500,
      betas: [1, 2, 4, 8, 16, 32],
      noises: [0.05, 0.15, 0.3],
    },
  },
  tasks: ({ sets }) => sets,

  run({ units, patterns: count, queries, betas, noises }, _task, { random }) {
    const patterns = onSphere(count, units, 1, random.fork(0));
    const separations = Array.from({ length: queries }, (_, i) => separationOf(patterns, i));
    const norm = lengthOf(patterns);
    return noises.flatMap((noise, k) => {
      const cues = noisy(patterns, queries, noise, random.fork(k + 1));
      return betas.flatMap((beta) =>
        NAMES.map((name) => {
          const separation = { softmax, entmax, sparsemax }[name]();
          const memory = new ModernMemory(units, { beta, similarity: "dot", separation }).store(patterns);
          let [certified, right, violations, unlike] = [0, 0, 0, 0];
          cues.forEach(({ cue, length }, i) => {
            const { state, margin = 0, nearest } = memory.recall(cue, { steps: 1, topK: 1, energies: false });
            const isExact = patterns.row(i).every((x, at) => x === state[at]);
            const isCertified = beta * (separations[i] - 2 * norm * length) >= LEADS[name];
            const leads = nearest.index === i && beta * margin >= LEADS[name];
            if (isCertified) certified++;
            if (isExact) right++;
            if (isCertified && !isExact) violations++;
            if (isExact !== leads) unlike++;
          });
          return { name, beta, noise, certified, exact: right, violations, unlike };
        }),
      );
    });
  },

  summarize({ units, patterns, sets, queries, betas, noises }, parts) {
    const of = (name: Name) => parts.flatMap((part) => part.filter((count) => count.name === name));
    const total = (counts: readonly Count[], key: "certified" | "exact" | "violations" | "unlike") =>
      counts.reduce((sum, count) => sum + count[key], 0);
    const asked = sets * queries;
    const all = asked * betas.length * noises.length;
    const shares = (key: "certified" | "exact", names: readonly Name[]) =>
      names.flatMap((name) =>
        noises.flatMap((noise) =>
          betas.map((beta): Share => {
            const counts = of(name).filter((count) => count.beta === beta && count.noise === noise);
            return { name: wordsOf(name), noise: `|e| = ${noise}`, beta, share: total(counts, key) / asked };
          }),
        ),
      );
    return {
      rows: [
        ...(["sparsemax", "entmax"] as const).flatMap((name) => [
          derived(
            `${wordsOf(name)}: of ${total(of(name), "certified").toLocaleString("en")} certified queries, those not retrieved exactly`,
            0,
            total(of(name), "violations"),
          ),
          derived(
            `${wordsOf(name)}: queries that are exact without a lead of ${LEADS[name]}, or not exact with it`,
            0,
            total(of(name), "unlike"),
          ),
        ]),
        exact("softmax: queries that are retrieved exactly", 0, total(of("softmax"), "exact"), {
          remark: "the source says that it is incapable of it",
        }),
      ],
      notes: [
        `${patterns} random patterns x_i of length M = 1 in ${units} dimensions; ${sets} sets, ${queries} queries q = x_i + e of each, at every beta and every length of e; one step with the similarity x . q. Exact means that all entries of the state are those of the pattern, to the last bit.`,
        "Theory: with Delta = x_i . x_i - max x_i . x_j the score of x_i leads every other by at least beta (Delta - 2 M |e|). A lead of 1 gives a pattern all of the weight of sparsemax, and a lead of 1 / (alpha - 1) = 2 that of entmax with alpha = 1.5; less does not. So a query is certified where beta (Delta - 2 M |e|) reaches that. This short proof is ours; the source's own statement was not at hand.",
        `The certificate must hold for the worst direction of the noise, and is careful: of ${all.toLocaleString("en")} queries it certifies ${percent(total(of("sparsemax"), "certified"), all)} % with sparsemax and ${percent(total(of("entmax"), "certified"), all)} % with entmax, and ${percent(total(of("sparsemax"), "exact"), all)} % and ${percent(total(of("entmax"), "exact"), all)} % are exact. Among those that are not certified ${(
          ["sparsemax", "entmax"] as const
        )
          .map((name) => {
            const [certified, right] = [total(of(name), "certified"), total(of(name), "exact")];
            return `${(right - certified).toLocaleString("en")} of ${(all - certified).toLocaleString("en")} (${wordsOf(name)})`;
          })
          .join(" and ")} are exact as well.`,
      ],
      figure: {
        exact: shares("exact", NAMES),
        certified: shares("certified", ["entmax", "sparsemax"]),
      },
    };
  },

  figure(Plot, { figure: { exact: right, certified } }) {
    const colour = ({ name }: Share) => COLOURS[name];
    const common = { fx: "noise", x: "beta", y: "share", z: "name", stroke: colour };
    return {
      height: 400,
      marginRight: 20,
      fx: { label: null },
      x: { label: "beta", type: "log", base: 2 },
      y: { label: "queries (%)", grid: true, percent: true },
      marks: [
        Plot.line(right, { ...common, strokeWidth: 2 }),
        Plot.dot(right, { fx: "noise", x: "beta", y: "share", fill: colour, r: 3 }),
        Plot.line(certified, { ...common, strokeDasharray: "5 4", strokeWidth: 1.5 }),
        ...[...Object.entries(COLOURS), ["dashed: certified", colours.faint] as const].map(([text, fill], k) =>
          Plot.text([text], {
            fx: () => certified[certified.length - 1].noise,
            frameAnchor: "left",
            textAnchor: "start",
            dx: 84,
            dy: 16 * k - 60,
            fontWeight: 600,
            fill,
          }),
        ),
      ],
    };
  },
};

/** Delta_i */
function separationOf(patterns: VectorSet<Float32Array>, i: number): number {
  let next = Number.NEGATIVE_INFINITY;
  for (let j = 0; j < patterns.count; j++) if (j !== i) next = Math.max(next, product(patterns, i, j));
  return product(patterns, i, i) - next;
}

/** M */
function lengthOf(patterns: VectorSet<Float32Array>): number {
  let most = 0;
  for (let j = 0; j < patterns.count; j++) most = Math.max(most, product(patterns, j, j));
  return Math.sqrt(most);
}

function product(patterns: VectorSet<Float32Array>, i: number, j: number): number {
  const [a, b] = [patterns.row(i), patterns.row(j)];
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += a[k] * b[k];
  return sum;
}

/** The first patterns with noise of the given length, whose exact length comes with them. */
function noisy(patterns: VectorSet<Float32Array>, count: number, length: number, random: Random) {
  const noise = onSphere(count, patterns.units, length, random);
  return Array.from({ length: count }, (_, i) => {
    const cue = Float64Array.from(patterns.row(i), (x, k) => x + noise.row(i)[k]);
    return { cue, length: Math.sqrt(product(noise, i, i)) };
  });
}

const wordsOf = (name: Name) => (name === "entmax" ? "entmax 1.5" : name);
const percent = (part: number, all: number) => ((100 * part) / all).toFixed(1);
