import { useSignalEffect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import UPlot from "uplot";
import { type Palette, palette } from "../theme.js";
import { hideFromReaders } from "../ui/plot.js";
import type { Session } from "./session.js";

const HEIGHT = 240;
/** Sweeps that the axis shows at least. */
const LEAST_SWEEPS = 2;
const FONT = "11px ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace";

/** E(s) along the run, and how deep the stored pattern lies that the state is closest to. */
export function Energy({ session }: { session: Session }) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<UPlot | undefined>(undefined);

  const fill = () => {
    const [visits, energies] = session.curve.value;
    const units = session.cue.value.length;
    const depth = depthOf(session);
    const sweeps = visits.map((at) => at / units);
    // The depth is drawn to the right edge, also before the run has come there.
    const end = Math.max(LEAST_SWEEPS, sweeps.at(-1) ?? 0);
    plot.current?.setData([[...sweeps, end], [...energies, null], Array(sweeps.length + 1).fill(depth ?? null)]);
  };
  useSignalEffect(() => {
    const colours = palette.value;
    const element = place.current;
    if (element === null) return;
    plot.current?.destroy();
    plot.current = new UPlot(optionsFor(element.clientWidth, colours), [[], [], []], element);
    fill();
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

  const energies = session.curve.value[1];
  const last = energies.at(-1);
  return (
    <section class="energy" hidden={session.stored.value.length === 0} aria-labelledby="energy-title">
      <h2 id="energy-title">
        Energy{" "}
        <small>
          {last === undefined ? "" : `E = ${last.toFixed(1).replace("-", "−")}; `}dashed: the closest stored picture
        </small>
      </h2>
      <div ref={place} class="plot" role="img" aria-label="Energy over sweeps" />
    </section>
  );
}

function depthOf({ frame, report }: Session): number | undefined {
  const overlaps = frame.value?.overlaps;
  const energies = report.value.energies;
  if (overlaps === undefined || energies?.length !== overlaps.length) return undefined;
  return energies[overlaps.indexOf(Math.max(...overlaps))];
}

function optionsFor(width: number, { ink, muted, line, accent }: Palette): UPlot.Options {
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
      x: { time: false, range: ({ data: [sweeps] }) => [0, sweeps?.at(-1) ?? LEAST_SWEEPS] },
      y: { range: (_, low, high) => spread(low, high) },
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
    hooks: { init: [hideFromReaders], draw: [(drawn) => markEnd(drawn, accent)] },
    series: [
      {},
      { stroke: ink, width: 2, points: { show: false } },
      { stroke: accent, width: 1, dash: [4, 4], points: { show: false } },
    ],
  };
}

/** A dot where the run stands. */
function markEnd(plot: UPlot, colour: string): void {
  const [sweeps, energies] = plot.data;
  const last = energies.length - 2;
  const energy = energies[last];
  if (last < 0 || typeof energy !== "number") return;
  const { ctx } = plot;
  ctx.beginPath();
  ctx.arc(plot.valToPos(sweeps[last], "x", true), plot.valToPos(energy, "y", true), 4 * devicePixelRatio, 0, 7);
  ctx.fillStyle = colour;
  ctx.fill();
}

function spread(low: number | null, high: number | null): [number, number] {
  if (low === null || high === null) return [-1, 0];
  const margin = Math.max(1, (high - low) * 0.08);
  return [low - margin, high + margin];
}
