import { usePlot } from "../ui/plot.js";
import { minus } from "../words.js";
import type { Curve as Points } from "./curves.js";

interface CurveProps {
  readonly id: string;
  readonly title: string;
  readonly unit: string;
  /** What it tells, in a few words. */
  readonly meaning: string;
  /** Reads signals. */
  readonly points: () => Points;
  /** Whether the axis shows 0. */
  readonly fromZero?: boolean;
}

/** One measure over the updates. */
export function Curve({ id, title, unit, meaning, points, fromZero = false }: CurveProps) {
  const place = usePlot(
    {
      height: 164,
      name: "updates",
      least: 100,
      x: (_, at) => at.map(short),
      range: (low, high) => spread(low, high, fromZero),
    },
    () => {
      const [updates, values] = points();
      return [[...updates], [...values]];
    },
  );
  const last = points()[1].at(-1);
  return (
    <section class="curve" aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      <p class="note">
        <b>{last === undefined ? "–" : `${minus(last.toFixed(1))} ${unit}`}</b> {meaning}
      </p>
      <div ref={place} class="plot" role="img" aria-label={`${title} over updates`} />
    </section>
  );
}

function spread(low: number | null, high: number | null, fromZero: boolean): [number, number] {
  if (low === null || high === null) return [0, 1];
  const [least, most] = fromZero ? [Math.min(0, low), Math.max(0, high)] : [low, high];
  const margin = Math.max(0.5, (most - least) * 0.08);
  return [least - margin, most + margin];
}

function short(updates: number): string {
  return updates >= 1000 ? `${updates / 1000}k` : String(updates);
}
