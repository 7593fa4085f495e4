import { Choice, Slider } from "../ui/controls.js";
import { SeedField } from "../ui/seed-field.js";
import type { CapacitySession } from "./session.js";
import { mostFlipped, mostLoad, mostTemperature, type RuleName, unitCounts } from "./setting.js";

const rules: readonly { value: RuleName; label: string; title: string }[] = [
  { value: "hebb", label: "Hebb", title: "A sum of outer products" },
  { value: "storkey", label: "Storkey", title: "Hebb’s rule, less what others already say" },
  { value: "projection", label: "Projection", title: "The projector on the patterns" },
];

/** What is measured, and where one looks. */
export function SetupPanel({ session }: { session: CapacitySession }) {
  const { rule, units, load, temperature, flipped, seed } = session.setting.value;
  const most = mostLoad(rule);
  return (
    <>
      <section class="look" aria-labelledby="look-title">
        <h2 id="look-title">Load</h2>
        <Slider
          label="Patterns p over units n"
          shown={`${load.toFixed(3)}, ${Math.round(load * units)} patterns`}
          value={load}
          min={0}
          max={most}
          step={0.001}
          onInput={(value) => session.change({ load: Math.round(value * 1000) / 1000 })}
        />
        <p class="note">Every second draw is made at the nearest load that is measured.</p>
      </section>
      <section class="net" aria-labelledby="net-title">
        <h2 id="net-title">Net</h2>
        <h3>Rule</h3>
        <Choice
          legend="Rule"
          value={rule}
          options={rules}
          onChange={(value) => session.change({ rule: value, load: Math.min(load, mostLoad(value)) })}
        />
        <h3>Units n</h3>
        <Choice
          legend="Units"
          value={String(units)}
          options={unitCounts.map((count) => ({ value: String(count), label: String(count) }))}
          onChange={(value) => session.change({ units: Number(value) })}
        />
        <Slider
          label="Temperature T"
          shown={temperature.toFixed(2)}
          value={temperature}
          min={0}
          max={mostTemperature}
          step={0.01}
          onInput={(value) => session.change({ temperature: Math.round(value * 100) / 100 })}
        />
        <Slider
          label="Cue, flipped"
          shown={`${flipped} %`}
          value={flipped}
          min={0}
          max={mostFlipped}
          onInput={(value) => session.change({ flipped: value })}
        />
        <SeedField
          seed={seed}
          onChange={(value) => session.change({ seed: value })}
          onAgain={() => session.again()}
          title="Measure with other patterns"
        />
      </section>
    </>
  );
}
