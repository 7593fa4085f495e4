import { Slider } from "../ui/controls.js";
import { Icon } from "../ui/icon.js";
import { ChainView } from "./chain-view.js";
import type { EquivalenceSession } from "./session.js";
import { leastBeta, mostBeta, mostField, sweepsPerSecond } from "./setting.js";
import { raceInWords } from "./verdict.js";

/** Both machines, run from the same cue at the same temperature. */
export function RunPanel({ session }: { session: EquivalenceSession }) {
  const { frame, exact, error } = session;
  const words =
    frame.value === undefined || error.value !== undefined ? undefined : raceInWords(frame.value, exact.value);
  return (
    <section class="run" aria-labelledby="run-title">
      <div class={`verdict ${words?.tone ?? ""}`}>
        <h2 id="run-title">{words?.headline ?? "Nothing to run"}</h2>
        <p>{words?.detail}</p>
      </div>
      <div class={error.value === undefined ? "chains" : "chains past"}>
        <ChainView
          session={session}
          which="glauber"
          title="Glauber dynamics"
          explanation="the net, one spin after the other"
        />
        <ChainView session={session} which="gibbs" title="Block Gibbs" explanation="the RBM, layer after layer" />
      </div>
      <Transport session={session} />
    </section>
  );
}

function Transport({ session }: { session: EquivalenceSession }) {
  const { running, frame, setting, error } = session;
  const { speed, beta, field, flipped, chosen } = setting.value;
  const idle = frame.value === undefined || error.value !== undefined;
  const begun = (frame.value?.sweeps ?? 0) > 0;
  return (
    <div class="transport">
      <div class="buttons">
        <button type="button" class="primary" disabled={idle} onClick={() => session.toggle()}>
          <Icon name={running.value ? "pause" : "play"} />
          {running.value ? "Pause" : begun ? "Continue" : "Run both"}
        </button>
        <button type="button" disabled={idle} onClick={() => session.step()} title="One sweep with either">
          <Icon name="sweep" />
          Sweep
        </button>
        <button type="button" disabled={idle} onClick={() => session.reset()} title="Both back to the cue">
          <Icon name="reset" />
          Reset
        </button>
        <button type="button" disabled={idle} onClick={() => session.again()} title="Run with the next seed">
          <Icon name="dice" />
          Another
        </button>
      </div>
      <div class="sliders">
        <Slider
          label="Speed"
          shown={inWords(speed)}
          value={speed}
          min={0}
          max={100}
          onInput={(value) => session.change({ speed: value })}
        />
        <Slider
          label="β, inverse temperature"
          shown={beta.toFixed(2)}
          value={beta}
          min={leastBeta}
          max={mostBeta}
          step={0.05}
          onInput={(value) => session.change({ beta: Math.round(value * 100) / 100 })}
        />
      </div>
      <div class="sliders">
        <Slider
          label={`Cue: pattern ${chosen}, flipped`}
          shown={`${flipped} %`}
          value={flipped}
          min={0}
          max={50}
          onInput={(value) => session.change({ flipped: value })}
        />
        <Slider
          label={`Field b along pattern ${chosen}`}
          shown={field.toFixed(3)}
          value={field}
          min={0}
          max={mostField}
          step={0.005}
          onInput={(value) => session.change({ field: Math.round(value * 1000) / 1000 })}
        />
      </div>
    </div>
  );
}

function inWords(speed: number): string {
  const sweeps = sweepsPerSecond(speed);
  if (sweeps === Number.POSITIVE_INFINITY) return "full";
  return `${sweeps < 10 ? sweeps.toFixed(1) : Math.round(sweeps).toLocaleString("en")} sweeps/s`;
}
