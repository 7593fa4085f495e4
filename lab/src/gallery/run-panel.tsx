import type { Entry } from "./catalogue.js";
import type { GallerySession } from "./session.js";
import { duration } from "./words.js";

/** A run in the browser: its seed, and how it ended. */
export function RunPanel({ session, entry }: { session: GallerySession; entry: Entry }) {
  const run = session.ownRun.value;
  return (
    <section class="run-here" aria-labelledby="run-title">
      <h2 id="run-title">Run here</h2>
      {entry.needsDigits ? (
        <p class="note">It works on the digits of MNIST, which are not loaded here. Its command runs it.</p>
      ) : (
        <>
          <p class="note">
            The quick setting in one thread of this browser: fewer draws, so wider intervals. It takes seconds, or
            minutes where networks are trained.
          </p>
          <label class="field">
            <span>Seed</span>
            <input
              type="number"
              min={0}
              step={1}
              value={session.setting.value.seed}
              onChange={({ currentTarget }) => {
                const seed = currentTarget.valueAsNumber;
                if (Number.isSafeInteger(seed) && seed >= 0) session.change({ seed });
                else currentTarget.value = String(session.setting.value.seed);
              }}
            />
          </label>
        </>
      )}
      <p class="note" role="status">
        {run?.state === "running" && `Running with seed ${run.seed}.`}
        {run?.state === "done" && `Done with seed ${run.seed} after ${duration(run.result?.run.seconds ?? 0)}.`}
        {run?.state === "stopped" && `Stopped after ${Math.floor(run.done)} of ${run.tasks} tasks.`}
        {run?.state === "failed" && `It failed: ${run.error ?? "its worker ended"}.`}
      </p>
    </section>
  );
}
