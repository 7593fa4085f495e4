import { Choice, Slider } from "../ui/controls.js";
import { Icon } from "../ui/icon.js";
import type { Session } from "./session.js";
import { type DynamicsName, sweepsPerSecond } from "./setting.js";

const dynamics: readonly { value: DynamicsName; label: string; title: string }[] = [
  { value: "asynchronous", label: "Asynchronous", title: "One unit at a time, in random order" },
  { value: "synchronous", label: "Synchronous", title: "All units at once" },
  { value: "glauber", label: "Glauber", title: "One unit at a time, with thermal noise" },
];

/** How the state moves, and the buttons that move it. */
export function Transport({ session }: { session: Session }) {
  const { setting, running, frame } = session;
  const { speed, beta, dynamics: chosen } = setting.value;
  const idle = frame.value === undefined;
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
      <Choice
        legend="Dynamics"
        value={chosen}
        options={dynamics}
        onChange={(value) => session.change({ dynamics: value })}
      />
      <div class="sliders">
        <Slider
          label="Speed"
          shown={inWords(speed, session.cue.value.length)}
          value={speed}
          min={0}
          max={100}
          onInput={(value) => session.change({ speed: value })}
        />
        {chosen === "glauber" && (
          <Slider
            label="β, inverse temperature"
            shown={beta.toFixed(1)}
            value={Math.min(beta, 10)}
            min={0}
            max={10}
            step={0.1}
            onInput={(value) => session.change({ beta: value })}
          />
        )}
      </div>
    </div>
  );
}

function inWords(speed: number, units: number): string {
  const sweeps = sweepsPerSecond(speed);
  if (sweeps === Number.POSITIVE_INFINITY) return "full";
  if (sweeps < 0.5) return `${Math.round(sweeps * units)} units/s`;
  return `${sweeps < 10 ? sweeps.toFixed(1) : Math.round(sweeps)} sweeps/s`;
}
