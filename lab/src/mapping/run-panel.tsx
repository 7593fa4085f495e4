import { Slider } from "../ui/controls.js";
import { ChainView } from "./chain-view.js";
import type { MappingSession } from "./session.js";
import { leastBeta, mostBeta, mostField } from "./setting.js";
import { raceInWords } from "./verdict.js";

/** Both machines, run from the same cue at the same temperature. */
export function RunPanel({ session }: { session: MappingSession }) {
  const { frame, exact, error } = session;
  const words =
    frame.value === undefined || error.value !== undefined ? undefined : raceInWords(frame.value, exact.value);
  return (
    <section class="run" aria-labelledby="run-title">
      <div class={`race ${words?.tone ?? ""}`}>
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
    </section>
  );
}

/** What both are run with. */
export function RunSliders({ session }: { session: MappingSession }) {
  const { beta, field, flipped, chosen } = session.setting.value;
  return (
    <section class="motion" aria-labelledby="motion-title">
      <h2 id="motion-title">Run</h2>
      <Slider
        label="β, inverse temperature"
        shown={beta.toFixed(2)}
        value={beta}
        min={leastBeta}
        max={mostBeta}
        step={0.05}
        onInput={(value) => session.change({ beta: Math.round(value * 100) / 100 })}
      />
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
    </section>
  );
}
