import { Choice, Slider } from "../ui/controls.js";
import { Picture } from "../ui/picture.js";
import { SeedField } from "../ui/seed-field.js";
import { brush, type Tool, tool } from "./board.js";
import { pictureOf } from "./gallery-of.js";
import type { RecallSession } from "./session.js";
import type { Setting } from "./setting.js";

const tools: readonly { value: Tool; label: string; title: string }[] = [
  { value: "draw", label: "Draw", title: "Turn units on" },
  { value: "erase", label: "Erase", title: "Turn units off" },
  { value: "off", label: "Cover", title: "Drag a rectangle: its units go off" },
  { value: "on", label: "Fill", title: "Drag a rectangle: its units go on" },
  { value: "noise", label: "Noise", title: "Drag a rectangle: its units become random" },
];

/** What the run starts from. */
export function CuePanel({ session }: { session: RecallSession }) {
  const { setting, gallery, cue } = session;
  const { from, damage, seed, painted } = setting.value;
  const names = gallery.value?.names ?? [];
  const units = cue.value.length;
  const original = typeof from === "number" && gallery.value ? pictureOf(gallery.value, from).units : undefined;
  const wrong = original?.reduce((sum, unit, i) => sum + (unit ^ cue.value[i]), 0);
  const { percent, count } =
    damage.kind === "flip"
      ? { percent: damage.percent, count: Math.round((damage.percent * units) / 100) }
      : { percent: Math.round((100 * damage.count) / units), count: damage.count };
  const make = (part: Partial<Setting>) => session.change({ ...part, painted: "" });
  return (
    <section class="cue" aria-labelledby="cue-title">
      <h2 id="cue-title">Cue</h2>
      <div class="specimen">
        <Picture units={cue.value} width={Math.round(Math.sqrt(units))} label="The cue" />
        {wrong !== undefined && typeof from === "number" && (
          <p class="note">
            <b>
              {wrong} of {units}
            </b>{" "}
            units differ from “{names[from]}”
          </p>
        )}
      </div>
      <label class="field">
        <span>Start from</span>
        <select
          value={String(from)}
          onChange={({ currentTarget: { value } }) =>
            make({ from: value === "noise" || value === "blank" ? value : Number(value) })
          }
        >
          {names.map((name, row) => (
            <option key={row} value={String(row)}>
              {name}
            </option>
          ))}
          <option value="noise">a random state</option>
          <option value="blank">an empty picture</option>
        </select>
      </label>
      {typeof from === "number" && (
        <>
          <Choice
            legend="Damage"
            value={damage.kind}
            options={[
              { value: "flip", label: "Flip p %", title: "Each unit with this probability" },
              { value: "exactly", label: "Exactly k", title: "A fixed number of units" },
            ]}
            onChange={(kind) => make({ damage: kind === "flip" ? { kind, percent } : { kind, count } })}
          />
          {damage.kind === "flip" ? (
            <Slider
              label="Flipped"
              shown={`${percent} %`}
              value={percent}
              min={0}
              max={100}
              onInput={(value) => make({ damage: { kind: "flip", percent: value } })}
            />
          ) : (
            <Slider
              label="Flipped"
              shown={`${count} units`}
              value={count}
              min={0}
              max={units}
              onInput={(value) => make({ damage: { kind: "exactly", count: value } })}
            />
          )}
        </>
      )}
      <SeedField
        seed={seed}
        onChange={(value) => make({ seed: value })}
        onAgain={() => session.again()}
        title="Damage it anew with the next seed, and run"
      />
      <h3>Paint on the picture</h3>
      <Choice
        legend="Tool"
        value={tool.value}
        options={tools}
        onChange={(value) => {
          tool.value = value;
        }}
      />
      {tool.value === "draw" || tool.value === "erase" ? (
        <Slider
          label="Brush"
          shown={`${brush.value} × ${brush.value}`}
          value={brush.value}
          min={1}
          max={6}
          onInput={(value) => {
            brush.value = value;
          }}
        />
      ) : (
        <p class="note">Drag a rectangle over the picture.</p>
      )}
      {painted !== "" && (
        <button type="button" class="link" onClick={() => session.change({ painted: "" })}>
          Remove what was painted
        </button>
      )}
    </section>
  );
}
