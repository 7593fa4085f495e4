import { ArgumentError } from "../../errors.js";
import { Random } from "../../math/index.js";
import { type MemoryNetwork, memoryNetworkKind, scoreStories } from "../../neural/index.js";
import { readStoriesOf } from "../io/story-set.js";
import { describeScore } from "../train/memory-network.js";
import { type OwnScoring, withBar } from "./kinds.js";

/** Number of stories that are drawn from templates for each task. */
const DRAWN = 1000;

/** How many questions about stories a memory network answers wrong: test stories, if there are any, else all of them. */
export const scoreMemoryNetwork: OwnScoring<MemoryNetwork> = {
  kind: memoryNetworkKind,
  options: ["stories"],
  async scoreOwn({ model }, { stories, seed, threads }) {
    if (stories === undefined) throw new ArgumentError("--stories is missing; give stories, such as templates:1");
    // Templates draw from a stream of their own, whose stories differ from those of a training.
    const { training, test = training } = await readStoriesOf(stories, {
      training: 1,
      test: DRAWN,
      random: new Random(seed).fork(200),
    });
    const { errorRate, supportRate } = await withBar("asking", threads, (workspace) =>
      scoreStories(model, test, { workspace }),
    );
    return {
      record: { stories, questions: test.length, errors: errorRate, supports: supportRate },
      lines: describeScore({ errorRate, supportRate }, test.length),
    };
  },
};
