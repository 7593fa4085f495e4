import { type Story, wordsOf } from "../../data/stories.js";
import { ArgumentError, DataError, requireInteger } from "../../errors.js";
import { defaultWorkspace, type MakeWorkspace } from "../../kernels/index.js";
import { Random } from "../../math/random.js";
import { listed, nearestName, quote } from "../../names.js";
import { type Made, type OptionsOf, readOptions } from "../../options.js";
import { compileModel, type Shapes } from "../model-program.js";
import { add, multiply } from "../tape/operations/elementwise.js";
import { product, products, transpose } from "../tape/operations/product.js";
import { largest, softmax } from "../tape/operations/rows.js";
import { entry, gather, reshape } from "../tape/operations/shape.js";
import { constant, type Tensor } from "../tape/tensor.js";
import { type EncodedStory, encodeSentence, loadStories } from "./encoded-stories.js";
import { type Encoding, encodings } from "./encodings/index.js";
import { type Supervision, supervisions } from "./supervisions/index.js";
import { type FactTable, type Tying, tyings } from "./tyings/index.js";

/** Options of a memory network. */
export const memoryNetworkOptions = {
  dimension: { type: "integer", low: 1, high: 10_000, default: 20, help: "entries of the vectors of words and facts" },
  hops: { type: "integer", low: 1, high: 100, default: 3, help: "number of times that the facts are asked" },
  memories: {
    type: "integer",
    low: 1,
    high: 100_000,
    default: 50,
    help: "number of facts that are held; the oldest ones of a longer story are dropped",
  },
  encoding: {
    type: "made",
    sort: "encoding",
    has: "terms",
    from: encodings,
    default: "position",
    help: "how words become the vector of a sentence",
  },
  tying: {
    type: "made",
    sort: "tying",
    has: "tables",
    from: tyings,
    default: "adjacent",
    help: "which tables the hops share",
  },
  supervision: {
    type: "made",
    sort: "supervision",
    has: "loss",
    from: supervisions,
    default: "answers",
    help: "what is learned from",
  },
} as const;

/** The answer to a question, with its evidence. */
export interface Answered {
  /** The word with the largest probability. */
  readonly answer: string;
  /** Of every word of the network, in the order of `words`: the softmax of their inputs. */
  readonly probabilities: Float32Array;
  /** Of each hop, how much each fact counts; 0 for a fact that the memory no longer holds. */
  readonly attention: readonly Float32Array[];
}

/** The tensors of a batch of stories. */
export interface StoryTensors {
  /** The weights of the words of each fact for each term of the encoding, [terms x stories x facts, words]. */
  readonly facts: Tensor;
  /** The same of the questions, [terms x stories, words]. */
  readonly questions: Tensor;
  /** The places of the facts, [stories, facts], 0 for the newest. */
  readonly places: Tensor;
  /** [stories, facts], 0 for a fact and -Infinity for a place without one: hops attend by softmax, or take one fact. */
  readonly mask?: Tensor | undefined;
  /** [stories, facts], 1 for a fact and 0 for a place without one: hops attend without softmax (linear start). */
  readonly present?: Tensor | undefined;
  /** [hops, stories, facts], 1 at one fact of each hop: hops take this. */
  readonly supports?: Tensor | undefined;
}

/** Stories that are answered together. */
const TOGETHER = 32;

/**
 * An end-to-end memory network (Sukhbaatar, Szlam, Weston and Fergus, End-to-end memory networks, 2015): with sentences
 * encoded as vectors, a question u = B q looks at the facts in several hops,
 *
 *     m_i = A x_i + T_A(i),   c_i = C x_i + T_C(i),   p = softmax(u . m_i),   u <- u + sum_i p_i c_i,
 *
 * and the answer is the word with the largest entry of softmax(W u). T are learned vectors of the places of facts in time. With
 * the supervision `facts` it is the memory network of Weston, Chopra and Bordes (2015) on this encoding: each hop takes the
 * one fact with the largest u . m_i, and learns from supporting facts. Known as MemN2N.
 */
export class MemoryNetwork {
  /** The words that it knows. */
  readonly words: readonly string[];
  readonly dimension: number;
  readonly hops: number;
  readonly memories: number;
  readonly encoding: Encoding & Made;
  readonly tying: Tying & Made;
  readonly supervision: Supervision & Made;
  /** A tree of parameters, see `Tying`. */
  readonly parameters: object;
  readonly #numbers: ReadonlyMap<string, number>;
  readonly #facts: string[] = [];

  /**
   * @param words all words that stories may use, see `vocabularyOf`
   * @param random draws the initial weights; defaults to the seed 0
   * @throws OptionError or ArgumentError for options out of range
   */
  constructor(
    words: readonly string[],
    {
      random = new Random(0),
      ...options
    }: Partial<OptionsOf<typeof memoryNetworkOptions>> & { readonly random?: Random | undefined } = {},
  ) {
    requireInteger("the number of words", words.length, 1, 1_000_000);
    this.words = [...words];
    this.#numbers = new Map(words.map((word, number) => [word, number]));
    const twice = words.find((word, number) => this.#numbers.get(word) !== number);
    if (twice !== undefined) throw new ArgumentError(`words holds ${quote(twice)} twice; give each word once`);
    const read = readOptions("a memory network", memoryNetworkOptions, options);
    const { dimension, hops, memories } = read;
    this.dimension = dimension;
    this.hops = hops;
    this.memories = memories;
    this.encoding = made("encoding", read.encoding);
    this.tying = made("tying", read.tying);
    this.supervision = made("supervision", read.supervision);
    this.parameters = this.tying.parameters({ words: words.length, memories, dimension, hops }, random);
  }

  /** The stored facts, the oldest first. */
  get facts(): readonly string[] {
    return this.#facts;
  }

  /**
   * Tells facts, after those that were told before.
   *
   * @throws DataError naming words that the network does not know, or for a sentence without words; nothing is stored then
   */
  store(facts: readonly string[]): this {
    for (const [f, fact] of facts.entries()) this.numbersOf(`fact ${this.#facts.length + f + 1}`, fact);
    this.#facts.push(...facts);
    return this;
  }

  /** Forgets all facts. */
  forget(): this {
    this.#facts.length = 0;
    return this;
  }

  /**
   * Answers a question about the stored facts.
   *
   * @throws DataError naming words that the network does not know; ArgumentError while no fact is stored
   */
  recall(question: string, options: { readonly workspace?: MakeWorkspace | undefined } = {}): Answered {
    return this.answer([{ facts: this.#facts, question }], options)[0];
  }

  /**
   * Answers the questions of stories; each gets the same bits alone and among others. What is stored plays no part.
   *
   * @throws DataError naming words that the network does not know, ArgumentError for a story without facts
   */
  answer(
    stories: readonly Pick<Story, "facts" | "question">[],
    { workspace = defaultWorkspace }: { readonly workspace?: MakeWorkspace | undefined } = {},
  ): Answered[] {
    if (stories.length === 0) return [];
    const encoded = stories.map((story, s) => this.encode(story, stories.length === 1 ? "" : ` of story ${s + 1}`));
    const batch = Math.min(TOGETHER, stories.length);
    const facts = this.longest(encoded);
    const program = compileModel(
      this.parameters,
      { ...this.shapes(batch, facts), mask: [batch, facts] },
      (parameters: object, given) => {
        const { logits, attention } = this.trace(parameters, given);
        return { logits, probabilities: softmax(logits), attention };
      },
      { workspace },
    );
    try {
      const found: Answered[] = [];
      for (let first = 0; first < encoded.length; first += batch) {
        const some = encoded.slice(first, first + batch);
        loadStories(this, some, facts, program.inputs);
        program.run();
        const { logits, probabilities, attention } = program.results;
        some.forEach((story, s) => {
          const from = s * this.words.length;
          const own = logits.subarray(from, from + this.words.length);
          const dropped = story.facts.length - Math.min(story.facts.length, this.memories);
          found.push({
            answer: this.words[largestOf(own)],
            probabilities: Float32Array.from(probabilities.subarray(from, from + this.words.length)),
            attention: attention.map((weights) => {
              const all = new Float32Array(story.facts.length);
              all.set(weights.subarray(s * facts, s * facts + story.facts.length - dropped), dropped);
              return all;
            }),
          });
        });
      }
      return found;
    } finally {
      program.dispose();
    }
  }

  /**
   * Traces a batch of stories.
   *
   * @param parameters the tree of parameters as tensors
   * @returns the inputs of the answers, [stories, words], and of each hop, [stories, facts], the scores and the attention
   */
  trace(parameters: object, { facts, questions, places, mask, present, supports }: StoryTensors) {
    const { question, hops, update, answer } = this.tying.tables(parameters, this.hops);
    const [stories, count] = places.shape;
    const sentences = this.#factors();
    const vectors = new Map<FactTable<Tensor>, Tensor>();
    const encoded = (table: FactTable<Tensor>) => {
      const known = vectors.get(table);
      if (known !== undefined) return known;
      const words = reshape(sentences(facts, table.words), [stories, count, this.dimension]);
      const sums = add(words, gather(table.places, places));
      vectors.set(table, sums);
      return sums;
    };
    let u = sentences(questions, question);
    const [scores, attention]: [Tensor[], Tensor[]] = [[], []];
    for (const [hop, { input, output }] of hops.entries()) {
      const score = reshape(products(encoded(input), reshape(u, [stories, this.dimension, 1])), [stories, count]);
      const weights = this.#weigh(score, { mask, present, support: supports && entry(supports, hop) });
      const got = products(reshape(weights, [stories, 1, count]), encoded(output));
      u = add(update === undefined ? u : product(u, update), reshape(got, [stories, this.dimension]));
      scores.push(score);
      attention.push(weights);
    }
    return { logits: product(u, transpose(answer)), scores, attention };
  }

  /** The inputs of a batch of stories with this number of facts at most. */
  shapes(stories: number, facts: number): Shapes & Record<"facts" | "questions" | "places", readonly number[]> {
    const { length: terms } = this.encoding.terms;
    return {
      facts: [terms * stories * facts, this.words.length],
      questions: [terms * stories, this.words.length],
      places: [stories, facts],
    };
  }

  /** The number of facts that the longest of these stories takes in the memory. */
  longest(stories: readonly EncodedStory[]): number {
    return Math.min(
      this.memories,
      stories.reduce((most, { facts }) => Math.max(most, facts.length), 1),
    );
  }

  /** A story as the numbers of its words. @throws as `answer` */
  encode({ facts, question }: Pick<Story, "facts" | "question">, of = ""): EncodedStory {
    if (facts.length === 0) throw new ArgumentError(`there is no fact${of}; tell at least one before you ask`);
    return {
      facts: facts.map((fact, f) => encodeSentence(this, this.numbersOf(`fact ${f + 1}${of}`, fact))),
      question: encodeSentence(this, this.numbersOf(`the question${of}`, question)),
    };
  }

  /** The numbers of the words of a sentence. @throws DataError naming those that the network does not know */
  numbersOf(name: string, sentence: string): number[] {
    const words = wordsOf(sentence);
    if (words.length === 0) throw new DataError(`${name} is ${quote(sentence)}, which has no words`);
    const unknown = [...new Set(words.filter((word) => !this.#numbers.has(word)))];
    if (unknown.length > 0) {
      const [nearest] = unknown.length > 1 ? [] : [nearestName(unknown[0], this.words)];
      const known = nearest === undefined ? `it knows ${this.words.length} words` : `did you mean ${quote(nearest)}?`;
      const which = listed(unknown.map(quote), "and");
      throw new DataError(
        `${name} has the word${unknown.length > 1 ? "s" : ""} ${which}, never seen in training; ${known}`,
      );
    }
    return words.map((word) => this.#numbers.get(word) as number);
  }

  /** Traces sentences, [terms x sentences, words], times a table of words. */
  #factors(): (weights: Tensor, table: Tensor) => Tensor {
    const { terms } = this.encoding;
    const { dimension } = this;
    const factors = terms.map(({ factor }) =>
      Float64Array.from({ length: dimension }, (_, k) => factor(k + 1, dimension)),
    );
    const rows = factors.map((own) => (own.every((x) => x === 1) ? undefined : constant(own, [dimension])));
    return (weights, table) => {
      const all = product(weights, table);
      const parts = reshape(all, [terms.length, all.rows / terms.length, dimension]);
      return rows
        .map((row, term) => (row === undefined ? entry(parts, term) : multiply(entry(parts, term), row)))
        .reduce((a, b) => add(a, b));
    };
  }

  #weigh(
    score: Tensor,
    {
      mask,
      present,
      support,
    }: { mask?: Tensor | undefined; present?: Tensor | undefined; support?: Tensor | undefined },
  ): Tensor {
    if (support !== undefined) return support;
    if (present !== undefined) return multiply(score, present);
    const masked = mask === undefined ? score : add(score, mask);
    return this.supervision.takesFacts ? largest(masked) : softmax(masked);
  }
}

function made<Value>(option: string, value: Value): Value & Made {
  if (typeof value === "object" && value !== null && "name" in value && "options" in value)
    return value as Value & Made;
  throw new ArgumentError(`${option} has no name; make it by a maker, so that files can hold it`);
}

function largestOf(values: ArrayLike<number>): number {
  let best = 0;
  for (let k = 1; k < values.length; k++) if (values[k] > values[best]) best = k;
  return best;
}
