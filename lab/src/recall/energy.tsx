import type UPlot from "uplot";
import { usePlot } from "../ui/plot.js";
import { minus } from "../words.js";
import type { RecallSession } from "./session.js";
import { strongest } from "./verdict.js";

/** E(s) along the run, and how deep the stored pattern lies that the state is closest to. */
export function Energy({ session }: { session: RecallSession }) {
  const place = usePlot(
    {
      height: 240,
      name: "sweeps",
      least: 2,
      range: (low, high) => spread(low, high, depthOf(session)),
      draw: (plot, { stored }) => markDepth(plot, depthOf(session), stored),
    },
    () => {
      // What is learned tells how deep the stored pictures lie.
      session.report.value;
      const { sweeps, energies } = session.curve.value;
      return [sweeps, energies];
    },
  );
  return (
    <section class="energy" hidden={session.stored.value.length === 0} aria-labelledby="energy-title">
      <h2 id="energy-title">
        Energy <Reading session={session} />
      </h2>
      <div ref={place} class="plot" role="img" aria-label="Energy over sweeps" />
    </section>
  );
}

function Reading({ session }: { session: RecallSession }) {
  const last = session.curve.value.energies.at(-1);
  return <small>{last === undefined ? "" : `E = ${minus(last.toFixed(1))}; `}dashed: the closest stored picture</small>;
}

function depthOf({ frame, report }: RecallSession): number | undefined {
  const overlaps = frame.peek()?.overlaps;
  const energies = report.peek().energies;
  if (overlaps === undefined || energies?.length !== overlaps.length) return undefined;
  return energies[strongest(overlaps)];
}

/** A dashed line as deep as the closest stored pattern, to the right edge, also before the run has come there. */
function markDepth(plot: UPlot, depth: number | undefined, colour: string): void {
  if (depth === undefined) return;
  const { ctx, bbox } = plot;
  const y = Math.round(plot.valToPos(depth, "y", true)) + 0.5;
  ctx.save();
  ctx.beginPath();
  ctx.moveTo(bbox.left, y);
  ctx.lineTo(bbox.left + bbox.width, y);
  ctx.setLineDash([4 * devicePixelRatio, 4 * devicePixelRatio]);
  ctx.lineWidth = devicePixelRatio;
  ctx.strokeStyle = colour;
  ctx.stroke();
  ctx.restore();
}

/** The range in which the energies and the depth lie. */
function spread(low: number | null, high: number | null, depth: number | undefined): [number, number] {
  const known = [low, high, depth].filter((energy) => typeof energy === "number");
  if (known.length === 0) return [-1, 0];
  const [from, to] = [Math.min(...known), Math.max(...known)];
  const margin = Math.max(1, (to - from) * 0.08);
  return [from - margin, to + margin];
}
