import { allDynamics } from "engram/dynamics";
import { Slider } from "../ui/controls.js";
import { Icon } from "../ui/icon.js";
import { MadeControl } from "../ui/option-controls.js";
import type { Session } from "./session.js";
import { sweepsPerSecond } from "./setting.js";

/** How the state moves, and the buttons that move it. */
export function Transport({ session }: { session: Session }) {
  const { setting, running, frame, refusal } = session;
  const { speed, dynamics } = setting.value;
  const idle = frame.value === undefined || session.isLearning;
  const begun = (frame.value?.visits ?? 0) > 0;
  const label = running.value ? "Pause" : session.settled ? "Again" : begun ? "Continue" : "Recall";
  return (
    <div class="transport">
      <div class="buttons">
        <button type="button" class="primary" disabled={idle} onClick={() => session.toggle()}>
          <Icon name={running.value ? "pause" : "play"} />
          {label}
        </button>
        <button type="button" disabled={idle} onClick={() => session.step(1)} title="Update one unit">
          <Icon name="unit" />
          Unit
        </button>
        <button type="button" disabled={idle} onClick={() => session.step("sweep")} title="Go to the end of the sweep">
          <Icon name="sweep" />
          Sweep
        </button>
        <button type="button" disabled={idle} onClick={() => session.reset()} title="Back to the cue">
          <Icon name="reset" />
          Reset
        </button>
      </div>
      <Slider
        label="Speed"
        shown={paceInWords(speed, session.cue.value.length)}
        value={speed}
        min={0}
        max={100}
        onInput={(value) => session.change({ speed: value })}
      />
      <MadeControl
        label="Dynamics"
        makers={allDynamics}
        value={dynamics}
        onChange={(value) => session.change({ dynamics: value })}
        failure={refusal.value}
      />
    </div>
  );
}

function paceInWords(speed: number, units: number): string {
  const sweeps = sweepsPerSecond(speed);
  if (sweeps === Number.POSITIVE_INFINITY) return "full";
  if (sweeps < 0.5) return `${Math.round(sweeps * units)} units/s`;
  return `${sweeps < 10 ? sweeps.toFixed(1) : Math.round(sweeps)} sweeps/s`;
}
