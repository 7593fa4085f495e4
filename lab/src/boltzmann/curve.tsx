import { useSignalEffect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import UPlot from "uplot";
import { type Palette, palette } from "../theme.js";
import { hideFromReaders } from "../ui/plot.js";
import type { Curve as Points } from "./curves.js";

const HEIGHT = 164;
/** Updates that the axis shows at least. */
const LEAST_UPDATES = 100;
const FONT = "11px ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace";

interface CurveProps {
  readonly id: string;
  readonly title: string;
  readonly unit: string;
  /** What it tells, in a few words. */
  readonly meaning: string;
  readonly points: Points;
  /** Whether the axis shows 0. */
  readonly fromZero?: boolean;
}

/** One measure over the updates. */
export function Curve({ id, title, unit, meaning, points, fromZero = false }: CurveProps) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<UPlot | undefined>(undefined);
  const fill = () => plot.current?.setData([[...points[0]], [...points[1]]]);
  useEffect(() => {
    fill();
  }, [points]);
  useSignalEffect(() => {
    const colours = palette.value;
    const element = place.current;
    if (element === null) return;
    plot.current?.destroy();
    plot.current = new UPlot(optionsFor(element.clientWidth, colours, fromZero), [[], []], element);
    fill();
  });
  useEffect(() => {
    const element = place.current as HTMLDivElement;
    const observer = new ResizeObserver(() => plot.current?.setSize({ width: element.clientWidth, height: HEIGHT }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      plot.current?.destroy();
    };
  }, []);
  const last = points[1].at(-1);
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

function optionsFor(width: number, { ink, muted, line, action }: Palette, fromZero: boolean): UPlot.Options {
  const axis: UPlot.Axis = { stroke: muted, font: FONT, grid: { stroke: line, width: 1 }, ticks: { show: false } };
  return {
    width,
    height: HEIGHT,
    padding: [8, 10, 0, 0],
    legend: { show: false },
    cursor: { show: false },
    scales: {
      x: { time: false, range: ({ data: [updates] }) => [0, Math.max(LEAST_UPDATES, updates?.at(-1) ?? 0)] },
      y: { range: (_, low, high) => spread(low, high, fromZero) },
    },
    axes: [
      {
        ...axis,
        size: 26,
        space: 70,
        values: (_, at) => at.map(short),
        label: "updates",
        labelSize: 14,
        labelFont: FONT,
        labelGap: 0,
      },
      { ...axis, size: 48, space: 28, values: (_, at) => at.map((value) => minus(String(value))) },
    ],
    hooks: { init: [hideFromReaders], draw: [(drawn) => markEnd(drawn, action)] },
    series: [{}, { stroke: ink, width: 2, points: { show: false } }],
  };
}

/** A dot where the machine stands. */
function markEnd(plot: UPlot, colour: string): void {
  const [updates, values] = plot.data;
  const last = values.at(-1);
  if (typeof last !== "number") return;
  const { ctx } = plot;
  ctx.beginPath();
  ctx.arc(
    plot.valToPos(updates[values.length - 1], "x", true),
    plot.valToPos(last, "y", true),
    4 * devicePixelRatio,
    0,
    7,
  );
  ctx.fillStyle = colour;
  ctx.fill();
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

function minus(text: string): string {
  return text.replace("-", "−");
}
