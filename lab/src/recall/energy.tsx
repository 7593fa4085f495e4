import { untracked, useSignalEffect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import UPlot from "uplot";
import { type Palette, palette } from "../theme.js";
import { hideFromReaders } from "../ui/plot.js";
import type { RecallSession } from "./session.js";
import { strongest } from "./verdict.js";

const HEIGHT = 240;
/** Sweeps that the axis shows at least. */
const LEAST_SWEEPS = 2;
const FONT = "11px ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace";

/** E(s) along the run, and how deep the stored pattern lies that the state is closest to. */
export function Energy({ session }: { session: RecallSession }) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<UPlot | undefined>(undefined);
  const depth = useRef<number | undefined>(undefined);

  const fill = () => {
    const { sweeps, energies } = session.curve.value;
    depth.current = depthOf(session);
    plot.current?.setData([sweeps, energies]);
  };
  useSignalEffect(() => {
    const colours = palette.value;
    const element = place.current;
    if (element === null) return;
    plot.current?.destroy();
    plot.current = new UPlot(
      optionsFor(element.clientWidth, colours, () => depth.current),
      [[], []],
      element,
    );
    // A plot is made anew with the colours, not with the curve.
    untracked(fill);
  });
  useSignalEffect(fill);
  useEffect(() => {
    const element = place.current as HTMLDivElement;
    const observer = new ResizeObserver(() => plot.current?.setSize({ width: element.clientWidth, height: HEIGHT }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      plot.current?.destroy();
    };
  }, []);

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
  return (
    <small>
      {last === undefined ? "" : `E = ${last.toFixed(1).replace("-", "−")}; `}dashed: the closest stored picture
    </small>
  );
}

function depthOf({ frame, report }: RecallSession): number | undefined {
  const overlaps = frame.value?.overlaps;
  const energies = report.value.energies;
  if (overlaps === undefined || energies?.length !== overlaps.length) return undefined;
  return energies[strongest(overlaps)];
}

function optionsFor(
  width: number,
  { ink, muted, line, action }: Palette,
  depth: () => number | undefined,
): UPlot.Options {
  const axis: UPlot.Axis = {
    stroke: muted,
    font: FONT,
    grid: { stroke: line, width: 1 },
    ticks: { show: false },
  };
  return {
    width,
    height: HEIGHT,
    padding: [10, 12, 0, 0],
    legend: { show: false },
    cursor: { show: false },
    scales: {
      x: { time: false, range: ({ data: [sweeps] }) => [0, Math.max(LEAST_SWEEPS, sweeps?.at(-1) ?? 0)] },
      y: { range: (_, low, high) => spread(low, high, depth()) },
    },
    axes: [
      {
        ...axis,
        size: 26,
        values: (_, at) => at.map(String),
        label: "sweeps",
        labelSize: 14,
        labelFont: FONT,
        labelGap: 0,
      },
      { ...axis, size: 48, values: (_, at) => at.map((energy) => String(energy).replace("-", "−")) },
    ],
    hooks: {
      init: [hideFromReaders],
      draw: [(drawn) => markDepth(drawn, depth(), action), (drawn) => markEnd(drawn, action)],
    },
    series: [{}, { stroke: ink, width: 2, points: { show: false } }],
  };
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

/** A dot where the run stands. */
function markEnd(plot: UPlot, colour: string): void {
  const [sweeps, energies] = plot.data;
  const energy = energies.at(-1);
  if (typeof energy !== "number") return;
  const { ctx } = plot;
  ctx.beginPath();
  ctx.arc(
    plot.valToPos(sweeps[sweeps.length - 1], "x", true),
    plot.valToPos(energy, "y", true),
    4 * devicePixelRatio,
    0,
    7,
  );
  ctx.fillStyle = colour;
  ctx.fill();
}

/** The range in which the energies and the depth lie. */
function spread(low: number | null, high: number | null, depth: number | undefined): [number, number] {
  const known = [low, high, depth].filter((energy) => typeof energy === "number");
  if (known.length === 0) return [-1, 0];
  const [from, to] = [Math.min(...known), Math.max(...known)];
  const margin = Math.max(1, (to - from) * 0.08);
  return [from - margin, to + margin];
}
