import { StorageError } from "../../errors.js";
import { Random } from "../../math/index.js";
import { type Memo, memoKind, pairTasks, scoreMemo } from "../../neural/index.js";
import { describeMemoScore, TESTED } from "../train/memo.js";
import { type OwnScoring, withBar } from "./kinds.js";

/** How many fresh episodes of its task a MEMO answers right, by the number of facts that lead from cue to answer. */
export const scoreMemoModel: OwnScoring<Memo> = {
  kind: memoKind,
  options: [],
  async scoreOwn({ model, notes = {} }, { seed, threads }) {
    const maker = pairTasks.find(({ name }) => name === notes.task);
    if (maker === undefined) throw new StorageError("the model's file does not say on which task it was trained");
    const own = Object.keys(maker.options).map((name) => [name, notes[name]]);
    const task = maker.make(Object.fromEntries(own));
    const score = await withBar("asking", threads, (workspace) =>
      // A stream of its own, whose episodes differ from those of a training.
      scoreMemo(model, task, { episodes: TESTED, random: new Random(seed).fork(200), workspace }),
    );
    return { record: { task: task.name, episodes: TESTED, ...score }, lines: describeMemoScore(score) };
  },
};
