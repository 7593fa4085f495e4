import { Slider } from "../ui/controls.js";
import { Mark } from "./marks.js";
import type { LandscapeSession } from "./session.js";
import { firstSurface, leastBeta, mostBeta, mostPatterns, type Point } from "./setting.js";
import { endKinds, rounded } from "./surface-drawing.js";
import { endInWords } from "./surface-verdict.js";
import { percent, shown } from "./words.js";

/** β by the position of its slider, 0 to 100: equal steps are equal factors. */
const betaAt = (position: number) => Number((leastBeta * (mostBeta / leastBeta) ** (position / 100)).toPrecision(2));
const positionOf = (beta: number) => (100 * Math.log(beta / leastBeta)) / Math.log(mostBeta / leastBeta);

/** The patterns, β, and where retrievals start. */
export function SurfaceSetup({ session }: { session: LandscapeSession }) {
  const { patterns, beta, starts } = session.setting.value.surface;
  const add = () => session.changeSurface({ patterns: [...patterns, freePoint(patterns)] });
  return (
    <section class="memory-setting" aria-labelledby="memory-title">
      <h2 id="memory-title">
        Modern memory <small>patterns x as points of the plane; drag them</small>
      </h2>
      <Slider
        label="Inverse temperature β"
        shown={shown(beta, 2)}
        value={positionOf(beta)}
        min={0}
        max={100}
        step={0.5}
        onInput={(position) => session.changeSurface({ beta: betaAt(position) })}
      />
      <ul class="points">
        {patterns.map(([x, y], k) => (
          <li key={k}>
            <b>{k + 1}</b>
            <code>
              {shown(x, 2)}, {shown(y, 2)}
            </code>
            <button
              type="button"
              class="quiet"
              disabled={patterns.length === 1}
              aria-label={`Remove pattern ${k + 1}`}
              title="Remove"
              onClick={() => session.changeSurface({ patterns: patterns.filter((_, row) => row !== k) })}
            >
              ×
            </button>
          </li>
        ))}
      </ul>
      <div class="halves">
        <button type="button" disabled={patterns.length === mostPatterns} onClick={add}>
          Add pattern
        </button>
        <button type="button" onClick={() => session.changeSurface({ patterns: firstSurface.patterns })}>
          As at first
        </button>
      </div>
      <h3>Retrievals</h3>
      <div class="halves">
        <button type="button" onClick={() => session.retrieve(freePoint([...patterns, ...starts], 0.7))}>
          Add start
        </button>
        <button type="button" disabled={starts.length === 0} onClick={() => session.changeSurface({ starts: [] })}>
          Remove all
        </button>
      </div>
    </section>
  );
}

/** A point far from the others, on a circle. */
function freePoint(points: readonly Point[], radius = 1): Point {
  const places = Array.from({ length: 24 }, (_, k): Point => {
    const angle = (k * Math.PI) / 12;
    return [rounded(radius * Math.cos(angle)), rounded(radius * Math.sin(angle))];
  });
  const room = (place: Point) => Math.min(...points.map(([x, y]) => Math.hypot(x - place[0], y - place[1])));
  return places.reduce((best, place) => (room(place) > room(best) ? place : best));
}

/** Where retrievals end, and what the weights are there. */
export function SurfaceReadings({ session }: { session: LandscapeSession }) {
  const { ends, trajectories } = session.surface.value;
  const { patterns } = session.setting.value.surface;
  const total = patterns.length;
  return (
    <>
      <section class="surface-ends" aria-labelledby="ends-title">
        <h2 id="ends-title">
          {ends.length === 1 ? "One end" : `${ends.length} ends`}{" "}
          <small>with the weights p = softmax(β Xᵀξ) there</small>
        </h2>
        {ends.map((end) => (
          <div key={end.at.join()} class="end">
            <p>
              <Mark kind={endKinds[end.kind]} /> {endInWords(end, total)}{" "}
              <span class="note">E = {shown(end.energy)}</span>
            </p>
            <ul class="shares">
              {Array.from(end.weights, (weight, k) => (
                <li key={k}>
                  <span>{k + 1}</span>
                  <span class="share" style={{ "--part": `${100 * weight}%` }} />
                  <span>{percent(weight)}</span>
                </li>
              ))}
            </ul>
          </div>
        ))}
      </section>
      <section class="surface-runs" aria-labelledby="runs-title">
        <h2 id="runs-title">Retrievals</h2>
        {trajectories.length === 0 && <p class="note">Click the picture to retrieve from a point.</p>}
        <ol>
          {trajectories.map(({ points, end }, k) => (
            <li key={k}>
              from {shown(points[0][0], 2)}, {shown(points[0][1], 2)}: {endInWords(end, total)}, {points.length - 1}{" "}
              {points.length === 2 ? "step" : "steps"}
            </li>
          ))}
        </ol>
        <p class="note">A step is ξ ← X softmax(β Xᵀξ), the step of attention, and lowers E.</p>
      </section>
    </>
  );
}
