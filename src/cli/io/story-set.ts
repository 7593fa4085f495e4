import type { Story } from "../../data/index.js";
import { ArgumentError, DataError } from "../../errors.js";
import type { Random } from "../../math/index.js";
import { quote } from "../../names.js";
import { drawStories, type StoryTask, storyTasks } from "../../neural/index.js";
import { readStorySet } from "../../node/stories.js";

/** Stories of `--stories`. */
export interface Stories {
  /** Their name in messages. */
  readonly name: string;
  readonly training: readonly Story[];
  readonly test?: readonly Story[] | undefined;
}

/** The description of `--stories`, for help. */
export const storiesHelp =
  "stories: templates:1 (drawn anew; 1, 2 or 3, or several such as 1,2), a folder of bAbI files, some tasks of it such as en:1,2, or a file";

/** The folder or file that `--stories` names, if it names one. */
export function storiesPath(stories: string): string | undefined {
  const { path } = partsOf(stories);
  return path === "templates" ? undefined : path;
}

/**
 * Reads or draws the stories of `--stories`.
 *
 * @param drawn the number of stories of each task, for templates
 */
export async function readStoriesOf(
  stories: string,
  { training, test, random }: { readonly training: number; readonly test: number; readonly random: Random },
): Promise<Stories> {
  const { path, tasks } = partsOf(stories);
  if (path !== "templates") return { name: stories, ...(await readStorySet(path, tasks)) };
  if (tasks === undefined) throw new ArgumentError("--stories is templates; name tasks, such as templates:1");
  const unknown = tasks.find((task) => !storyTasks.includes(task as StoryTask));
  if (unknown !== undefined) throw new ArgumentError(`--stories names the task ${unknown}; templates has 1, 2 and 3`);
  const draw = (count: number, part: number) =>
    tasks.flatMap((task) => drawStories(task as StoryTask, { count, random: random.fork(part).fork(task) }));
  return { name: stories, training: draw(training, 0), test: draw(test, 1) };
}

/** "templates:1,2" as a path and tasks. */
function partsOf(stories: string): { readonly path: string; readonly tasks: readonly number[] | undefined } {
  const [, path, list] = /^(.+?)(?::(\d{1,3}(?:,\d{1,3})*))?$/s.exec(stories) ?? [];
  if (path === undefined) throw new ArgumentError(`--stories is ${quote(stories)}; expected ${storiesHelp}`);
  const tasks = list?.split(",").map(Number);
  const twice = tasks?.find((task, k) => tasks.indexOf(task) !== k);
  if (twice !== undefined) throw new ArgumentError(`--stories names the task ${twice} twice; name it once`);
  return { path, tasks };
}

/** The lines of a file of facts: sentences, with or without the numbers of bAbI in front, up to its end. */
export function factsIn(text: string, name: string): string[] {
  const lines = text.split(/\r?\n/).map((line) => line.replace(/^\s*\d+\s+/, "").trim());
  const asked = lines.findIndex((line) => line.includes("\t"));
  if (asked >= 0) throw new DataError(`${name}: line ${asked + 1} is a question with its answer; give facts alone`);
  const facts = lines.filter((line) => line !== "");
  if (facts.length === 0) throw new DataError(`${name} has no facts; write at least one sentence into it`);
  return facts;
}
