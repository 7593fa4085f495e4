// @ts-check
import { flipExactly, Hopfield, overlap, randomPatterns } from "engram";
import dense from "./dense.mjs";
import nearestList from "./nearest-list.mjs";

/** How many of 20 random patterns each memory recalls with a tenth of the units flipped. */
const memories = {
  hebb: (/** @type {number} */ units) => new Hopfield(units),
  dense: (/** @type {number} */ units) => new Hopfield(units, { rule: dense({ degree: 3 }) }),
  list: (/** @type {number} */ units) => nearestList.create(units),
};

export default {
  id: "user/recalled",
  title: "Patterns that three memories recall",
  citation: "Krotov and Hopfield 2016",
  where: "the claim that a power above 2 stores more than n patterns",
  version: 1,
  settings: { quick: { units: 40, draws: 4 }, full: { units: 40, draws: 100 } },
  tasks: (/** @type {{ draws: number }} */ { draws }) => draws,
  run(
    /** @type {{ units: number }} */ { units },
    /** @type {number} */ _task,
    /** @type {{ random: import("engram").Random }} */ { random },
  ) {
    const patterns = randomPatterns(20, units, random.fork(0));
    const cues = flipExactly(patterns, units / 10, random.fork(1));
    return Object.entries(memories).map(([name, create]) => {
      const recalls = create(units)
        .store(patterns)
        .recallMany(cues, { random: random.fork(2) });
      const isRecalled = (/** @type {number} */ r) => overlap(recalls[r].state, patterns.select([r])) > 0.85;
      return { name, recalled: recalls.filter((_, r) => isRecalled(r)).length };
    });
  },
  summarize(/** @type {unknown} */ _parameters, /** @type {{ name: string, recalled: number }[][]} */ parts) {
    const mean = (/** @type {string} */ name) =>
      parts.flat().reduce((sum, part) => sum + (part.name === name ? part.recalled : 0), 0) / parts.length;
    const rows = Object.keys(memories).map((name) => {
      return { label: name, ours: mean(name), low: 0, high: 20, verdict: "not comparable" };
    });
    return { rows, notes: [], figure: rows };
  },
  figure: (/** @type {any} */ Plot, /** @type {any} */ { figure }) => ({
    marks: [Plot.barY(figure, { x: "label", y: "ours" })],
  }),
};
