import type { Maker } from "../../options.js";
import { associativeRecall } from "./associative-recall.js";
import { copy } from "./copy.js";
import { damagedPatterns, damagedPatternsOf } from "./damaged-patterns.js";
import { nGram } from "./n-gram.js";
import { prioritySort } from "./priority-sort.js";
import { repeatCopy } from "./repeat-copy.js";
import type { SequenceTask } from "./task.js";

export { type Sequences, type SequenceTask, sequenceAt } from "./task.js";
export { associativeRecall, copy, damagedPatterns, damagedPatternsOf, nGram, prioritySort, repeatCopy };

/** All tasks on sequences. A new one is one file and one line here. */
export const sequenceTasks: readonly Maker<SequenceTask>[] = [
  copy,
  repeatCopy,
  associativeRecall,
  prioritySort,
  nGram,
  damagedPatterns,
];
