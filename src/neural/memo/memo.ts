import { ArgumentError, DataError, requireInteger, ShapeError } from "../../errors.js";
import { defaultWorkspace, type MakeWorkspace } from "../../kernels/index.js";
import { qrDecomposition } from "../../math/qr.js";
import { Random } from "../../math/random.js";
import { type Made, type OptionsOf, readOptions } from "../../options.js";
import type { VectorSet, Vectors } from "../../patterns/index.js";
import { asSingleSet } from "../../patterns/vector-set.js";
import { type Linear, linear } from "../layers/linear.js";
import { type Normalisation, normalisationParameters, normalised } from "../layers/normalisation.js";
import { compileModel, type Shapes } from "../model-program.js";
import { filledParameter, type Parameter } from "../parameters.js";
import { add, affine } from "../tape/operations/elementwise.js";
import { product, products, transpose } from "../tape/operations/product.js";
import { softmax } from "../tape/operations/rows.js";
import { columns, concat, reshape } from "../tape/operations/shape.js";
import { spread } from "../tape/operations/spread.js";
import type { Tensor } from "../tape/tensor.js";
import type { Episodes } from "../tasks/paired-inference.js";
import { type Halting, type Halts, haltings } from "./halting.js";
import { type HeadMaps, type MapParameters, mapsOf } from "./maps.js";

/** Options of a MEMO. */
export const memoOptions = {
  dimension: { type: "integer", low: 1, high: 10_000, default: 64, help: "entries of the vectors of items" },
  heads: { type: "integer", low: 1, high: 1000, default: 4, help: "number of heads of attention" },
  hops: { type: "integer", low: 1, high: 100, default: 3, help: "number of hops, at most" },
  pairs: {
    type: "choice",
    values: ["apart", "summed"],
    default: "apart",
    help: "whether the items of a fact are kept apart, or summed before heads see them as in a memory network",
  },
  maps: {
    type: "choice",
    values: ["shared", "free"],
    default: "shared",
    help: "whether heads see all items by one map and weigh the places of a fact, or have maps of their own as in the paper",
  },
  halting: {
    type: "made",
    sort: "halting",
    has: "trace",
    from: haltings,
    default: "fixed",
    help: "how many hops are taken",
  },
} as const;

/** Items of a fact. */
export const PLACES = 2;

/** What a MEMO learns. */
export interface MemoParameters<Leaf = Parameter> {
  /** The map of items, cues and candidates. */
  readonly item: Linear<Leaf>;
  readonly maps: MapParameters<Leaf>;
  /**
   * Of each head, the score of an empty fact, which is attended to where no fact fits, in parts of sqrt(dimension): about what
   * an item scores that fits.
   */
  readonly empty: Leaf;
  readonly normalisation: Normalisation<Leaf>;
  /** Dimension x dimension: what a question has become, as compared with candidates. */
  readonly answer: Leaf;
  /** Of the halting. */
  readonly halting: object;
}

/** The tensors of a batch of episodes. */
export interface MemoTensors {
  /** [episodes, facts x 2, units] */
  readonly items: Tensor;
  /** [episodes, units] */
  readonly cues: Tensor;
  /** [episodes, candidates, units] */
  readonly candidates: Tensor;
}

/** What a MEMO has traced. */
export interface MemoTrace extends Halts {
  /** After each hop, [episodes, candidates]: the inputs of the answers. */
  readonly logits: readonly Tensor[];
  /** Of each hop, [episodes, heads x facts]. */
  readonly attention: readonly Tensor[];
}

/** The answer to a cue, with its evidence. */
export interface Inferred {
  /** The number of the candidate with the largest probability. */
  readonly answer: number;
  readonly probabilities: Float32Array;
  /** The number of hops that were taken. */
  readonly hops: number;
  /** Of each of them, how much each fact counts, the mean of the heads; the rest of 1 went to the empty fact. */
  readonly attention: readonly Float32Array[];
}

/** Episodes that are answered together. */
const TOGETHER = 32;

/**
 * MEMO (Banino et al., MEMO: a deep network for flexible combination of episodic memories, 2020): facts are pairs of items that
 * are kept apart, and a cue q looks at them in several hops of attention with H heads,
 *
 *     w_h = softmax(q_h . k_ih / sqrt(d)),   q <- normalise(q + sum_h o_h sum_i w_hi v_ih),
 *
 * where keys k and values v of a head come from both items of a fact, each with weights of its own: a head can ask for one
 * place of facts and get the other. The answer is the candidate a with the largest q^T W a. How many hops are taken is fixed or
 * learned, see `haltings`. With `pairs: "summed"` facts are the sums of their items, as in an end-to-end memory network: the
 * rival of the paper.
 */
export class Memo {
  /** Entries of an item. */
  readonly units: number;
  readonly dimension: number;
  readonly heads: number;
  readonly hops: number;
  readonly pairs: "apart" | "summed";
  readonly maps: "shared" | "free";
  readonly halting: Halting & Made;
  readonly parameters: MemoParameters;
  readonly #maps: HeadMaps;
  #facts: Float32Array = new Float32Array(0);

  /**
   * @param units entries of an item
   * @param random draws the initial weights; defaults to the seed 0
   * @throws OptionError or ArgumentError for options out of range
   */
  constructor(
    units: number,
    {
      random = new Random(0),
      ...options
    }: Partial<OptionsOf<typeof memoOptions>> & { readonly random?: Random | undefined } = {},
  ) {
    requireInteger("units", units, 1, 1_000_000);
    const read = readOptions("a MEMO", memoOptions, options);
    const { dimension, heads, hops, pairs, maps, halting } = read;
    if (!("name" in halting))
      throw new ArgumentError("halting has no name; make it by a maker, so that files can hold it");
    this.units = units;
    this.dimension = dimension;
    this.heads = heads;
    this.hops = hops;
    this.pairs = pairs;
    this.maps = maps;
    this.halting = halting as Halting & Made;
    this.#maps = mapsOf(maps, { dimension, heads, places: pairs === "apart" ? PLACES : 1 });
    this.parameters = {
      item: { weights: orthonormalParameter(units, dimension, random.fork(0)) },
      maps: this.#maps.parameters(random.fork(1)),
      empty: filledParameter([heads], 0.5),
      normalisation: normalisationParameters(dimension),
      answer: identityParameter(dimension),
      halting: this.halting.parameters(hops, random.fork(2)),
    };
  }

  /** Number of stored facts. */
  get stored(): number {
    return this.#facts.length / (PLACES * this.units);
  }

  /**
   * Stores facts, each a pair of items.
   *
   * @throws ShapeError for items of another size or sets of different numbers; nothing is stored then
   */
  store({ left, right }: { readonly left: Vectors; readonly right: Vectors }): this {
    const [first, second] = [asSingleSet("left", left, this.units), asSingleSet("right", right, this.units)];
    if (first.count !== second.count) {
      throw new ShapeError(`left has ${first.count} items but right has ${second.count}; give one for each`);
    }
    const all = new Float32Array(this.#facts.length + first.count * PLACES * this.units);
    all.set(this.#facts);
    const row = ({ matrix }: VectorSet<Float32Array>, r: number) =>
      matrix.values.subarray(r * this.units, (r + 1) * this.units);
    for (let r = 0, at = this.#facts.length; r < first.count; r++, at += PLACES * this.units) {
      all.set(row(first, r), at);
      all.set(row(second, r), at + this.units);
    }
    this.#facts = all;
    return this;
  }

  /** Forgets all facts. */
  forget(): this {
    this.#facts = new Float32Array(0);
    return this;
  }

  /**
   * Answers which of the candidates belongs to a cue, by the stored facts.
   *
   * @throws ShapeError for vectors of another size; ArgumentError while no fact is stored
   */
  recall(
    cue: Vectors,
    candidates: Vectors,
    options: { readonly workspace?: MakeWorkspace | undefined } = {},
  ): Inferred {
    if (this.stored === 0) throw new ArgumentError("there is no fact; store at least one before you ask");
    const asked = asSingleSet("cue", cue, this.units);
    const given = asSingleSet("candidates", candidates, this.units);
    if (asked.count !== 1) throw new ShapeError(`cue has ${asked.count} vectors; expected one`);
    return this.answer(
      {
        batch: 1,
        facts: this.stored,
        items: this.#facts,
        cues: asked.matrix.values,
        candidates: given.matrix.values,
      },
      options,
    )[0];
  }

  /**
   * Answers the questions of episodes; each gets the same bits alone and among others. What is stored plays no part.
   *
   * @throws ShapeError for items of another size, DataError for numbers that are not finite
   */
  answer(
    episodes: Omit<Episodes, "answers" | "distances">,
    { workspace = defaultWorkspace }: { readonly workspace?: MakeWorkspace | undefined } = {},
  ): Inferred[] {
    const { batch, facts, items, cues, candidates } = episodes;
    const { units, heads } = this;
    const each = requireEpisodes(episodes, units);
    const together = Math.min(TOGETHER, batch);
    const program = compileModel(
      this.parameters,
      this.shapes(together, facts, each),
      (parameters: MemoParameters<Tensor>, given) => {
        const { logits, attention, stops } = this.trace(parameters, given);
        return { logits, probabilities: logits.map(softmax), attention, stops };
      },
      { workspace },
    );
    try {
      const found: Inferred[] = [];
      for (let first = 0; first < batch; first += together) {
        const count = Math.min(together, batch - first);
        const part = (all: Float32Array, size: number) => all.subarray(first * size, (first + count) * size);
        program.inputs.items.fill(0).set(part(items, facts * PLACES * units));
        program.inputs.cues.fill(0).set(part(cues, units));
        program.inputs.candidates.fill(0).set(part(candidates, each * units));
        program.run();
        const { logits, probabilities, attention, stops } = program.results;
        for (let b = 0; b < count; b++) {
          const early = this.halting.cost === 0 ? -1 : stops.findIndex((inputs) => inputs[b] > 0);
          const last = early < 0 ? this.hops - 1 : early;
          const own = logits[last].subarray(b * each, (b + 1) * each);
          found.push({
            answer: (own as Float32Array).reduce((best, x, k) => (x > own[best] ? k : best), 0),
            probabilities: Float32Array.from(probabilities[last].subarray(b * each, (b + 1) * each)),
            hops: last + 1,
            attention: attention.slice(0, last + 1).map((weights) =>
              Float32Array.from({ length: facts }, (_, i) => {
                let sum = 0;
                for (let h = 0; h < heads; h++) sum += weights[(b * heads + h) * facts + i];
                return sum / heads;
              }),
            ),
          });
        }
      }
      return found;
    } finally {
      program.dispose();
    }
  }

  /** Traces a batch of episodes. @param parameters the tree of parameters as tensors */
  trace(parameters: MemoParameters<Tensor>, { items, cues, candidates }: MemoTensors): MemoTrace {
    const { dimension, heads } = this;
    const { item, maps, empty, normalisation, answer, halting } = parameters;
    const [episodes, rows] = items.shape;
    const count = rows / PLACES;
    const both = reshape(linear(items, item), [episodes * count, PLACES * dimension]);
    const places = [columns(both, 0, dimension), columns(both, dimension, 2 * dimension)];
    const seen = this.pairs === "apart" ? places : [add(places[0], places[1])];
    const { keys, values } = this.#maps.facts(maps, seen, [episodes, count]);
    // Candidates as they are compared with what the question has become.
    const sought = product(linear(candidates, item), transpose(answer));
    const scale = 1 / Math.sqrt(dimension);
    const none = affine(spread(empty, [episodes, heads]), Math.sqrt(dimension));
    let question = normalised(linear(cues, item), normalisation);
    const [logits, attention]: [Tensor[], Tensor[]] = [[], []];
    for (let hop = 0; hop < this.hops; hop++) {
      const asked = this.#maps.asked(maps, question);
      const weights: Tensor[] = [];
      const got: Tensor[] = [];
      for (let h = 0; h < heads; h++) {
        const score = reshape(products(keys[h], reshape(asked[h], [episodes, dimension, 1])), [episodes, count]);
        const withNone = concat([affine(score, scale), columns(none, h, h + 1)]);
        const own = columns(softmax(withNone), 0, count);
        weights.push(own);
        got.push(reshape(products(reshape(own, [episodes, 1, count]), values[h]), [episodes, dimension]));
      }
      question = normalised(add(question, this.#maps.gathered(maps, got)), normalisation);
      attention.push(concat(weights));
      const compared = products(sought, reshape(question, [episodes, dimension, 1]));
      logits.push(affine(reshape(compared, [episodes, sought.shape[1]]), scale));
    }
    return { logits, attention, ...this.halting.trace(halting, attention) };
  }

  /** The inputs of a batch of episodes. */
  shapes(episodes: number, facts: number, candidates: number): Shapes & Record<keyof MemoTensors, readonly number[]> {
    return {
      items: [episodes, facts * PLACES, this.units],
      cues: [episodes, this.units],
      candidates: [episodes, candidates, this.units],
    };
  }
}

/** A random map with orthonormal columns, or rows if there are fewer inputs: it keeps what items are like. */
function orthonormalParameter(inputs: number, outputs: number, random: Random): Parameter {
  const isTall = inputs >= outputs;
  const [rows, width] = isTall ? [inputs, outputs] : [outputs, inputs];
  const drawn = { rows, columns: width, values: Float64Array.from({ length: rows * width }, () => random.normal()) };
  const { q } = qrDecomposition(drawn);
  const values = new Float32Array(inputs * outputs);
  for (let i = 0; i < inputs; i++) {
    for (let j = 0; j < outputs; j++) values[i * outputs + j] = q.values[isTall ? i * width + j : j * width + i];
  }
  return { shape: [inputs, outputs], values };
}

function identityParameter(size: number): Parameter {
  const values = new Float32Array(size * size);
  for (let k = 0; k < size; k++) values[k * (size + 1)] = 1;
  return { shape: [size, size], values };
}

/** Number of candidates of episodes. @throws ShapeError or DataError for episodes that do not fit */
function requireEpisodes(episodes: Omit<Episodes, "answers" | "distances">, units: number): number {
  const { batch, facts, items, cues, candidates } = episodes;
  requireInteger("batch", batch, 1);
  requireInteger("facts", facts, 1);
  const each = candidates.length / (batch * units);
  if (cues.length !== batch * units || items.length !== batch * facts * PLACES * units || !Number.isInteger(each)) {
    throw new ShapeError(
      `the episodes have ${cues.length} numbers of ${batch} cues; expected items of ${units} entries, as the model has`,
    );
  }
  if (each < 1) throw new ShapeError("the episodes have no candidates; give at least one");
  for (const [name, values] of Object.entries({ items, cues, candidates })) {
    const bad = values.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0) throw new DataError(`entry ${bad} of ${name} is ${values[bad]}; expected a finite number`);
  }
  return each;
}
