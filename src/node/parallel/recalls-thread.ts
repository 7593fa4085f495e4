// Only the modules that a thread needs: it starts in a third of the time that whole folders take.
import type { MessagePort } from "node:worker_threads";
import { Random } from "../../math/random.js";
import { type ManyRecalls, recallOver, recallRange } from "../../memories/many.js";
import type { AnyMemory, MemoryKind } from "../../memories/memory.js";
import { cuesOf } from "./cues.js";
import { noExtensions } from "./extensions.js";
import { unpackMemory, unpackOptions } from "./memory.js";
import { claim, type RecallsAnswer, type RecallsNews, type RecallsOrder } from "./recalls-control.js";

/** A thread that recalls for `recallMany`, which waits without its event loop: it answers through a port of its own. */
export default function prepare({ port }: { readonly port: MessagePort }): () => undefined {
  const memories = new Map<number, { readonly memory: AnyMemory; readonly kind: MemoryKind }>();
  let asked: ManyRecalls | undefined;
  recallOver((many) => {
    asked = many;
    return [];
  });

  /** The cues of an order as the memory takes them, not recalled from yet. */
  const prepared = ({ memory: number, cues, seed, options }: RecallsOrder): ManyRecalls | undefined => {
    const { memory, kind } = memories.get(number) ?? {};
    if (memory === undefined || kind === undefined) return undefined;
    const random = seed === undefined ? undefined : new Random(seed);
    memory.recallMany(cuesOf(cues), { ...unpackOptions(kind, options, noExtensions), random });
    return asked;
  };

  const recall = (order: RecallsOrder): void => {
    const { call, count, size, claims } = order;
    const many = prepared(order);
    if (many === undefined) return;
    for (;;) {
      const part = Atomics.add(claims, claim.next, 1);
      if (part * size >= count) return;
      try {
        const recalls = recallRange(many, part * size, Math.min(count, (part + 1) * size));
        port.postMessage({ call, part, recalls } satisfies RecallsAnswer);
      } catch {
        // The calling thread meets the same error.
        Atomics.store(claims, claim.failed + part, 1);
      }
      Atomics.add(claims, claim.ended, 1);
      Atomics.notify(claims, claim.ended);
    }
  };

  const follow = async (news: RecallsNews): Promise<void> => {
    if ("call" in news) recall(news);
    else if ("forget" in news) memories.delete(news.forget);
    else memories.set(news.keep, await unpackMemory(news.packed));
  };

  let last = Promise.resolve();
  port.on("message", (news: RecallsNews) => {
    // What cannot be unpacked here is recalled by the calling thread.
    last = last.then(() => follow(news)).catch(() => {});
  });
  return () => undefined;
}
