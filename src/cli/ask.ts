import type { Command } from "commander";
import { ArgumentError } from "../errors.js";
import { type Answered, type MemoryNetwork, memoryNetworkKind } from "../neural/index.js";
import { readStoryText } from "../node/stories.js";
import { newCommand } from "./io/options.js";
import { print } from "./io/output.js";
import { factsIn } from "./io/story-set.js";
import { loadTrained } from "./io/trained-model.js";

interface AskOptions {
  story: string;
  json?: true;
}

/** Facts that are shown for a hop: those with at least this share of the attention, and the largest. */
const SHOWN = 0.1;

/** Answers that are shown besides the first, if they have at least this probability. */
const LIKELY = 0.05;

export function askCommand(): Command {
  return newCommand(
    "ask",
    "Ask a memory network a question about a story; it shows the facts that each hop attends to.",
    'engram ask qa.safetensors --story story.txt "where is the milk"',
  )
    .argument("<model>", "model file written by engram train memory-network")
    .argument("<question>", "a question in words that the network has seen")
    .requiredOption("--story <file>", "text file with one fact a line, the oldest first")
    .action(ask);
}

async function ask(file: string, question: string, { story, json }: AskOptions): Promise<void> {
  const { model: stored } = await loadTrained(file, [{ kind: memoryNetworkKind }]);
  if (question.trim() === "") throw new ArgumentError("the question is empty; ask in words");
  const facts = factsIn(await readStoryText(story), story);
  const network = (stored.model as MemoryNetwork).store(facts);
  const found = network.recall(question);
  const ranked = network.words
    .map((word, k) => ({ word, probability: found.probabilities[k] }))
    .sort((a, b) => b.probability - a.probability || (a.word < b.word ? -1 : 1));
  const attention = found.attention.map((weights) => Array.from(weights));
  const record = { file, story, question, facts, answer: found.answer, attention };
  print(
    json,
    { ...record, probabilities: Object.fromEntries(ranked.map(({ word, probability }) => [word, probability])) },
    () => [
      found.answer,
      ...(network.supervision.takesFacts
        ? []
        : ranked
            .filter(({ probability }, k) => k === 0 || probability >= LIKELY)
            .map(({ word, probability }) => `  ${word} ${percent(probability)}`)),
      ...hopLines(found, facts),
    ],
  );
}

/** The facts that each hop attends to, with the most attention first. */
function hopLines({ attention }: Answered, facts: readonly string[]): string[] {
  return attention.flatMap((weights, hop) => {
    const ranked = Array.from(weights, (weight, fact) => ({ weight, fact })).sort((a, b) => b.weight - a.weight);
    return ["", `hop ${hop + 1}`].concat(
      ranked
        .filter(({ weight }, k) => k === 0 || weight >= SHOWN)
        .map(({ weight, fact }) => `  ${percent(weight).padStart(5)}  ${fact + 1} ${facts[fact]}`),
    );
  });
}

function percent(share: number): string {
  return `${(100 * share).toFixed(0)} %`;
}
