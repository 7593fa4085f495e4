import type { Random } from "../../math/random.js";
import type { Values } from "../tape/kernels.js";
import type { Encoding } from "./encodings/index.js";

/** A sentence as the numbers of its words and their weights in each term of the encoding, term after term. */
export interface EncodedSentence {
  readonly words: readonly number[];
  readonly weights: readonly (readonly number[])[];
}

/** A story as numbers. */
export interface EncodedStory {
  readonly facts: readonly EncodedSentence[];
  readonly question: EncodedSentence;
  /** The number of the answer. */
  readonly answer?: number;
  /** The numbers of the supporting facts, in the order of the hops. */
  readonly supporting?: readonly number[];
}

/** The arrays of a batch of stories; see `StoryTensors` and `Supervised`. */
export interface StoryArrays {
  readonly facts: Values;
  readonly questions: Values;
  readonly places: Values;
  readonly mask?: Values | undefined;
  readonly present?: Values | undefined;
  readonly answers?: Values | undefined;
  readonly shares?: Values | undefined;
  readonly supports?: Values | undefined;
  readonly others?: Values | undefined;
}

/** The sizes that arrays depend on. */
interface Network {
  readonly words: readonly string[];
  readonly memories: number;
  readonly hops: number;
  readonly encoding: Encoding;
}

/** The weights of the words of a sentence. */
export function encodeSentence({ encoding: { terms } }: Network, words: readonly number[]): EncodedSentence {
  return { words, weights: terms.map(({ weight }) => words.map((_, j) => weight(j + 1, words.length))) };
}

/**
 * Sets the arrays of a batch, with places for `perStory` facts each, to these stories; further places hold one fact without
 * words.
 *
 * @param empty with it, up to a share of empty memories is drawn for each story: places in time that no fact takes
 */
export function loadStories(
  network: Network,
  stories: readonly EncodedStory[],
  perStory: number,
  arrays: StoryArrays,
  empty?: { readonly share: number; readonly random: Random },
): void {
  const { words, memories, encoding } = network;
  const terms = encoding.terms.length;
  const { facts, questions, places, mask, present, answers, shares, supports, others } = arrays;
  const batch = places.length / perStory;
  for (const array of [facts, questions, places, present, answers, shares, supports, others]) array?.fill(0);
  mask?.fill(Number.NEGATIVE_INFINITY);
  const put = (to: Values, row: number, rows: number, sentence: EncodedSentence) => {
    for (let term = 0; term < terms; term++) {
      const from = (term * rows + row) * words.length;
      sentence.words.forEach((word, j) => {
        to[from + word] += sentence.weights[term][j];
      });
    }
  };
  for (let s = 0; s < batch; s++) {
    const story = stories[s];
    if (story === undefined) {
      if (mask !== undefined) mask[s * perStory] = 0;
      continue;
    }
    put(questions, s, batch, story.question);
    const kept = Math.min(story.facts.length, memories);
    const first = story.facts.length - kept;
    const ages = agesOf(kept, empty);
    for (let f = 0; f < kept; f++) {
      // Where empty memories push a fact out, it is gone.
      if (ages[f] >= memories) continue;
      const at = s * perStory + f;
      put(facts, at, batch * perStory, story.facts[first + f]);
      places[at] = ages[f];
      if (mask !== undefined) mask[at] = 0;
      if (present !== undefined) present[at] = 1;
      for (let hop = 0; others !== undefined && supports !== undefined && hop < network.hops; hop++) {
        const isRight = story.supporting?.[hop] === first + f;
        (isRight ? supports : others)[hop * batch * perStory + at] = 1;
      }
    }
    if (answers !== undefined && story.answer !== undefined) answers[s * words.length + story.answer] = 1;
    if (shares !== undefined) shares[s] = 1;
  }
}

/** The places of facts in time, 0 for the newest, with gaps where memories are empty. */
function agesOf(count: number, empty: { readonly share: number; readonly random: Random } | undefined): number[] {
  const ages = Array.from({ length: count }, (_, f) => count - 1 - f);
  if (empty === undefined || empty.share === 0) return ages;
  const { share, random } = empty;
  const gaps = random.integer(Math.ceil(share * count) + 1);
  for (const gap of random.sample(gaps, count + gaps).sort()) {
    // An empty memory at this age makes all facts that are as old or older one place older.
    for (let f = 0; f < count; f++) if (ages[f] >= gap) ages[f]++;
  }
  return ages;
}
