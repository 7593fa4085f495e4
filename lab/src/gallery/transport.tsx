import { useId } from "preact/hooks";
import { Icon } from "../ui/icon.js";
import type { Run } from "./runner.js";
import type { GallerySession } from "./session.js";

/** The buttons that open, run and leave experiments. */
export function GalleryTransport({ session }: { session: GallerySession }) {
  const { entry, shown, setting, ownRun } = session;
  const open = entry.value;
  if (open === undefined) {
    return (
      <div class="buttons">
        <button
          type="button"
          class="primary"
          disabled={shown.value.length === 0}
          onClick={() => session.toggle()}
          title="Open the first experiment of the list (Space)"
        >
          Open the first
        </button>
      </div>
    );
  }
  const run = ownRun.value;
  const isRunning = run?.state === "running";
  const at = shown.value.findIndex(({ id }) => id === setting.value.id);
  const hasNext = at < shown.value.length - 1;
  return (
    <>
      <div class="buttons">
        <button type="button" class="primary" onClick={() => session.toggle()}>
          {!open.needsDigits && !isRunning && <Icon name="play" />}
          {open.needsDigits ? "Copy command" : isRunning ? "Stop" : "Run here"}
        </button>
        <button type="button" disabled={at <= 0} onClick={() => session.step(-1)} title="The experiment before">
          Back
        </button>
        <button type="button" disabled={!hasNext} onClick={() => session.step()} title="The next experiment (.)">
          Next
        </button>
        <button type="button" onClick={() => session.reset()} title="All experiments (,)">
          List
        </button>
      </div>
      {isRunning ? <Progress run={run} /> : <Place at={at} of={shown.value.length} />}
    </>
  );
}

/** How far a run has come. */
function Progress({ run: { done, tasks } }: { run: Run }) {
  const id = useId();
  return (
    <div class="progress">
      <label for={id}>
        {Math.floor(done)} of {tasks} {tasks === 1 ? "task" : "tasks"}
      </label>
      <progress id={id} max={tasks} value={done} />
    </div>
  );
}

/** Which experiment of the list it is. */
function Place({ at, of }: { at: number; of: number }) {
  return (
    <dl class="counts">
      <div>
        <dt>experiment</dt>
        <dd>
          {at < 0 ? "–" : at + 1} of {of}
        </dd>
      </div>
    </dl>
  );
}
