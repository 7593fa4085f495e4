import { Choice, Slider } from "../ui/controls.js";
import { Icon } from "../ui/icon.js";
import { brush, DreamBoard, type Tool, tool } from "./dream-board.js";
import type { BoltzmannSession } from "./session.js";
import { type ClampName, leastTemperature, mostTemperature } from "./setting.js";

const tools: readonly { value: Tool; label: string; title: string }[] = [
  { value: "draw", label: "Draw", title: "Turn pixels on" },
  { value: "erase", label: "Erase", title: "Turn pixels off" },
  { value: "keep", label: "Clamp", title: "Mark pixels that the chain keeps" },
  { value: "free", label: "Free", title: "Unmark pixels" },
];

const clamps: readonly { value: ClampName; label: string; title: string }[] = [
  { value: "none", label: "Nothing", title: "All pixels change" },
  { value: "upper", label: "Top", title: "The upper half stays; the machine completes the lower one" },
  { value: "left", label: "Left", title: "The left half stays; the machine completes the right one" },
  { value: "own", label: "Marked", title: "The pixels that you mark with the tool Clamp" },
];

/** A board to draw on, and a chain that starts from the drawing. */
export function DreamPanel({ session }: { session: BoltzmannSession }) {
  const { setting, begun, dreaming, held, dreamStep, frame } = session;
  const { from, clamp, temperature } = setting.value;
  const names = begun.value?.names ?? [];
  const kept = held.value.reduce((sum, unit) => sum + unit, 0);
  const idle = frame.value === undefined;
  const make = (value: number | "noise" | "blank") => session.change({ from: value, painted: "" });
  return (
    <section class="dream" aria-labelledby="dream-title">
      <h2 id="dream-title">
        Dream <small>draw, or clamp a part and let the machine complete the rest</small>
      </h2>
      <DreamBoard session={session} />
      <p class="note">
        Step <b>{dreamStep.value.toLocaleString("en")}</b>, <b>{kept}</b> of {held.value.length} pixels clamped
      </p>
      <div class="buttons">
        <button type="button" disabled={idle} onClick={() => session.toggleDream()}>
          <Icon name={dreaming.value ? "pause" : "play"} />
          {dreaming.value ? "Hold" : "Dream"}
        </button>
        <button type="button" disabled={idle} onClick={() => session.stepDream()} title="One step of Gibbs sampling">
          <Icon name="unit" />
          Step
        </button>
        <button type="button" disabled={idle} onClick={() => session.restoreChain()} title="Back to the drawing">
          <Icon name="reset" />
          Back
        </button>
      </div>
      <div class="pair">
        <label class="field">
          <span>Start from</span>
          <select
            value={String(from)}
            onChange={({ currentTarget: { value } }) =>
              make(value === "noise" || value === "blank" ? value : Number(value))
            }
          >
            <option value="blank">an empty board</option>
            <option value="noise">noise</option>
            {names.map((name, row) => (
              <option key={row} value={String(row)}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <button type="button" onClick={() => make("blank")} title="An empty board to draw on">
          Clear
        </button>
      </div>
      <Choice
        legend="Tool"
        value={tool.value}
        options={tools}
        onChange={(value) => {
          tool.value = value;
        }}
      />
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
      <h3>Clamped</h3>
      <Choice
        legend="Clamped"
        value={clamp}
        options={clamps}
        onChange={(value) => {
          session.change({ clamp: value, held: "" });
          if (value === "own") tool.value = "keep";
        }}
      />
      <Slider
        label="Temperature"
        shown={temperature.toFixed(1)}
        value={temperature}
        min={leastTemperature}
        max={mostTemperature}
        step={0.1}
        onInput={(value) => session.change({ temperature: value })}
      />
    </section>
  );
}
