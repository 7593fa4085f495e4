import { Slider } from "../ui/controls.js";
import { Headline } from "../ui/headline.js";
import { Icon } from "../ui/icon.js";
import type { TrainSession } from "./session.js";
import { updatesPerSecond } from "./setting.js";
import { Tiles } from "./tiles.js";

/** The filters, and the buttons that make the machine learn. */
export function Stage({ session }: { session: TrainSession }) {
  const { frame, side, setting, verdict } = session;
  const { hidden } = setting.value;
  const filters = frame.value?.filters;
  return (
    <section class="stage" aria-label="Filters">
      <Headline {...verdict.value} />
      <Tiles
        pixels={filters?.length === hidden * side.value ** 2 ? filters : undefined}
        side={side.value}
        count={hidden}
        columns={Math.ceil(Math.sqrt(hidden))}
        scale="sign"
        label={`The weights of ${hidden} hidden units, a tile each`}
      />
      <Counts session={session} />
      <Transport session={session} />
    </section>
  );
}

function Counts({ session }: { session: TrainSession }) {
  const { epoch = 0, updates = 0 } = session.frame.value ?? {};
  const entries: [string, string][] = [
    ["epochs", epoch.toLocaleString("en")],
    ["updates", updates.toLocaleString("en")],
  ];
  return (
    <dl class="counts">
      {entries.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Transport({ session }: { session: TrainSession }) {
  const { running, frame, setting, error } = session;
  const { speed } = setting.value;
  const begun = (frame.value?.updates ?? 0) > 0;
  const idle = frame.value === undefined || error.value !== undefined;
  return (
    <div class="transport">
      <div class="buttons">
        <button type="button" class="primary" disabled={idle && !running.value} onClick={() => session.toggle()}>
          <Icon name={running.value ? "pause" : "play"} />
          {running.value ? "Pause" : begun ? "Continue" : "Train"}
        </button>
        <button type="button" disabled={idle} onClick={() => session.update()} title="One update, from one batch">
          <Icon name="unit" />
          Update
        </button>
        <button
          type="button"
          disabled={frame.value === undefined}
          onClick={() => session.reset()}
          title="Forget everything"
        >
          <Icon name="reset" />
          Reset
        </button>
      </div>
      <Slider
        label="Speed"
        shown={inWords(speed)}
        value={speed}
        min={0}
        max={100}
        onInput={(value) => session.change({ speed: value })}
      />
    </div>
  );
}

function inWords(speed: number): string {
  const updates = updatesPerSecond(speed);
  if (updates === Number.POSITIVE_INFINITY) return "full";
  return `at most ${updates < 10 ? updates.toFixed(1) : Math.round(updates)} updates/s`;
}
