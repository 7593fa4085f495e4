import { DataError } from "../errors.js";
import { quote } from "../names.js";

/** Facts in the order in which they were told, and a question about them with its answer. */
export interface Story {
  /** Sentences, the oldest first. */
  readonly facts: readonly string[];
  readonly question: string;
  /** One word. */
  readonly answer: string;
  /** The facts from which the answer follows, by their numbers from 0, in the order in which they are looked up. */
  readonly supporting: readonly number[];
}

/** The words of a sentence: in lower case, without punctuation. */
export function wordsOf(sentence: string): string[] {
  return sentence.toLowerCase().match(/[\p{L}\p{N}]+(?:['-][\p{L}\p{N}]+)*/gu) ?? [];
}

/** The words of stories, each once, in alphabetical order. */
export function vocabularyOf(stories: readonly Story[]): string[] {
  const words = new Set<string>();
  for (const { facts, question, answer } of stories) {
    for (const sentence of [...facts, question]) for (const word of wordsOf(sentence)) words.add(word);
    words.add(answer);
  }
  return [...words].sort();
}

/**
 * Reads stories in the format of the bAbI tasks (Weston et al., Towards AI-complete question answering, 2015): a line is a
 * number and a fact, `1 Mary moved to the garden.`, or a number and a question, its answer and the numbers of the facts
 * that support it with tabs between them, `3 Where is Mary?<tab>garden<tab>1`. The number 1 begins a new story. Every
 * question becomes one `Story`, with all facts before it.
 *
 * @param name of the text, for messages
 * @throws DataError naming the first line that is wrong, or if there is no question
 */
export function readStories(text: string, name = "the text"): Story[] {
  const stories: Story[] = [];
  let facts: string[] = [];
  /** The numbers of the lines of the facts. */
  let lines: number[] = [];
  for (const [at, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === "") continue;
    const [, number, rest] = /^\s*(\d{1,6})\s+(.*\S)\s*$/.exec(line) ?? [];
    const wrong = (what: string) => new DataError(`${name}: line ${at + 1} ${what}`);
    if (rest === undefined) throw wrong(`is ${quote(line)}; expected a number and a sentence`);
    if (Number(number) === 1) [facts, lines] = [[], []];
    const [sentence, answer, supporting = ""] = rest.split("\t").map((part) => part.trim());
    if (wordsOf(sentence).length === 0) throw wrong(`is ${quote(line)}; it has no words`);
    if (answer === undefined) {
      facts.push(sentence);
      lines.push(Number(number));
      continue;
    }
    if (answer === "") throw wrong("asks a question without an answer");
    if (facts.length === 0) throw wrong("asks a question before the first fact");
    const numbers = supporting.split(/\s+/).filter((part) => part !== "");
    const found = numbers.map((part) => lines.indexOf(Number(part)));
    const missing = found.indexOf(-1);
    if (missing >= 0)
      throw wrong(`names the supporting fact ${quote(numbers[missing])}, which the story does not have`);
    stories.push({ facts: [...facts], question: sentence, answer: answer.toLowerCase(), supporting: found });
  }
  if (stories.length === 0) throw new DataError(`${name} has no question; expected lines of a bAbI task`);
  return stories;
}

/** The same format: one story for each question. */
export function writeStories(stories: readonly Story[]): string {
  const lines = stories.flatMap(({ facts, question, answer, supporting }) => [
    ...facts.map((fact, f) => `${f + 1} ${fact}`),
    `${facts.length + 1} ${question}\t${answer}\t${supporting.map((f) => f + 1).join(" ")}`,
  ]);
  return `${lines.join("\n")}\n`;
}
