/**
 * Gradient steps of a memory network that learns to answer from two supporting facts, beside PyTorch: from the same parameters,
 * on the same stories, by gradient descent with clipped gradients. Rounding differs, so the parameters after some steps are compared
 * to a tolerance.
 */
import { vocabularyOf } from "../dist/data/index.js";
import { Random } from "../dist/math/index.js";
import { drawStories, isParameter, leaves, MemoryNetwork } from "../dist/neural/index.js";
import { withContestants } from "./contestants.mjs";
import { raceWork } from "./race.mjs";

const settings = {
  task: 2,
  stories: 32,
  dimension: 20,
  hops: 3,
  memories: 50,
  updates: 50,
  rate: 0.01,
  clip: 40,
  seed: 2015,
};
const rivals = [{ name: "PyTorch", program: "stories_torch.py", module: "torch" }];

export async function race(base) {
  const { task, stories: count, dimension, hops, memories, updates, seed } = settings;
  const stories = drawStories(task, { count, random: new Random(seed) });
  const words = vocabularyOf(stories);
  const network = new MemoryNetwork(words, { dimension, hops, memories, random: new Random(seed).fork(0) });
  const named = [...leaves(network.parameters, isParameter)];
  const start = Float32Array.from(named.flatMap(([, { values }]) => [...values]));
  // Each sentence as numbers of words, -1 where it has none; facts of a story that the memory holds.
  const told = stories.map(({ facts, question, answer }) => ({
    facts: facts.slice(-memories).map((fact) => network.numbersOf("a fact", fact)),
    question: network.numbersOf("a question", question),
    answer: words.indexOf(answer),
  }));
  const most = Math.max(...told.map(({ facts }) => facts.length));
  const longest = Math.max(...told.flatMap(({ facts, question }) => [...facts, question].map(({ length }) => length)));
  const filled = (sentence = []) => Array.from({ length: longest }, (_, j) => sentence[j] ?? -1);
  const files = {
    "facts.bin": Int32Array.from(
      told.flatMap(({ facts }) => Array.from({ length: most }, (_, f) => filled(facts[f])).flat()),
    ),
    "questions.bin": Int32Array.from(told.flatMap(({ question }) => filled(question))),
    "answers.bin": Int32Array.from(told.map(({ answer }) => answer)),
    "parameters.bin": start,
    "stories.json": JSON.stringify({ stories, words }),
    "race.json": JSON.stringify({
      ...settings,
      facts: most,
      longest,
      parameters: named.map(([name, { shape }]) => ({ name, shape })),
    }),
  };
  return withContestants({ files, ours: "stories.mjs", rivals }, async (contestants) => {
    const session = { ...contestants, ...base };
    const rows = await raceWork(session, {
      work: "updates",
      what: `gradient steps of a memory network: ${count} stories of up to ${most} facts, ${hops} hops, ${dimension} entries a word, ${words.length} words, position encoding`,
      per: "update",
      ours: [{ work: "updates", amount: updates }],
      rivals: [{ name: "PyTorch", work: "updates", amount: updates }],
      agrees: (ours, theirs) => alike(floats(ours), floats(theirs)),
      agreement: "trained parameters within a thousandth of the length of the way that they went",
    });
    return { contestants, rows, ...settings };
  });

  function alike(ours, theirs) {
    const norm = (x) => Math.sqrt(x.reduce((sum, value) => sum + value * value, 0));
    const way = norm(ours.map((value, k) => value - start[k]));
    const apart = norm(ours.map((value, k) => value - theirs[k]));
    if (way > 0 && apart <= 1e-3 * way) return;
    return `parameters are ${apart.toPrecision(3)} apart after a way of ${way.toPrecision(3)}`;
  }
}

function floats(bytes) {
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
}
