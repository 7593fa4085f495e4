import { Choice, Slider } from "../ui/controls.js";
import { Icon } from "../ui/icon.js";
import { type PresetName, presetNames, presetTitles } from "./presets.js";
import type { LandscapeSession } from "./session.js";
import { leastUnits, mostTemperature, mostUnits, type Update } from "./setting.js";
import { WeightTable } from "./weight-table.js";
import { shown } from "./words.js";

const updates: readonly { value: Update; label: string; title: string }[] = [
  { value: "one", label: "One unit", title: "Units are updated one after the other, in random order" },
  { value: "all", label: "All at once", title: "All units take the signs of their fields at the same time" },
];

/** Which net it is, and its weights. */
export function NetPanel({ session }: { session: LandscapeSession }) {
  const { preset, units, draw, locked } = session.setting.value;
  return (
    <section class="net-setting" aria-labelledby="net-title">
      <h2 id="net-title">Net</h2>
      <div class="pair">
        <label class="field">
          <span>Example</span>
          <select
            value={preset}
            onChange={({ currentTarget }) => session.preset(currentTarget.value as PresetName, draw, units)}
          >
            {preset === "own" && <option value="own">Your own</option>}
            {presetNames.map((name) => (
              <option key={name} value={name}>
                {presetTitles[name]}
              </option>
            ))}
          </select>
        </label>
        <button
          type="button"
          title="A net of other random weights"
          aria-label="Other random weights"
          onClick={() =>
            session.preset("random", preset === "random" ? draw + 1 : draw, preset === "random" ? units : 6)
          }
        >
          <Icon name="dice" />
        </button>
      </div>
      <Slider
        label="Units"
        shown={`${units}, ${(2 ** units).toLocaleString("en")} states`}
        value={units}
        min={leastUnits}
        max={mostUnits}
        onInput={(value) => session.resize(value)}
      />
      <WeightTable session={session} />
      <label class="check">
        <input type="checkbox" checked={locked} onChange={({ currentTarget }) => session.lock(currentTarget.checked)} />
        Symmetric: w_ij = w_ji
      </label>
    </section>
  );
}

/** How the ball moves. */
export function MotionPanel({ session }: { session: LandscapeSession }) {
  const { update, temperature } = session.setting.value;
  return (
    <section class="net-motion" aria-labelledby="motion-title">
      <h2 id="motion-title">Motion</h2>
      <Choice legend="Updates" value={update} options={updates} onChange={(value) => session.move({ update: value })} />
      <Slider
        label="Temperature T"
        shown={shown(temperature, 2)}
        value={temperature}
        min={0}
        max={mostTemperature}
        step={0.05}
        disabled={update === "all"}
        onInput={(value) => session.move({ temperature: value })}
      />
      <p class="note">
        {update === "all"
          ? "All units at once follow their fields, and +1 where a field is 0."
          : temperature === 0
            ? "A unit follows its field, and keeps its state where that is 0."
            : "A unit becomes +1 with probability 1 / (1 + exp(−2h/T))."}
      </p>
    </section>
  );
}
