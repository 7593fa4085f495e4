import type { RecallSession } from "./session.js";

/** How long the cue stands still before the first run, in milliseconds: to be seen. */
const FIRST_LOOK = 700;

/** Starts the first run for the visitor, unless they were quicker. */
export function begin(session: RecallSession): void {
  const stop = session.frame.subscribe((frame) => {
    if (frame === undefined || !session.answered) return;
    queueMicrotask(() => stop());
    setTimeout(() => {
      const now = session.frame.value;
      if (now?.run === frame.run && now.visits === 0 && !session.running.value) session.toggle();
    }, FIRST_LOOK);
  });
}
