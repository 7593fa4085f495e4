import { untracked, useSignalEffect } from "@preact/signals";
import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";
import UPlot from "uplot";
import { type Palette, palette } from "../theme.js";

const FONT = "11px ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace";

/** What differs from plot to plot. */
export interface PlotOptions {
  readonly height: number;
  /** The name of the lower axis. */
  readonly name: string;
  /** The least that the lower axis shows. */
  readonly least: number;
  readonly x?: UPlot.Axis["values"];
  /** The range of the left axis for the least and the largest value, null where there are none. */
  readonly range: (low: number | null, high: number | null) => [number, number];
  /** Draws on the finished plot. */
  readonly draw?: (plot: UPlot, palette: Palette) => void;
}

/**
 * A curve that grows, in an element of the page, with a dot at its end. It is made anew with the colours, takes the width
 * that there is, and is hidden from screen readers: the element has the label.
 *
 * @param data the curve; it reads signals
 */
export function usePlot(options: PlotOptions, data: () => UPlot.AlignedData): RefObject<HTMLDivElement | null> {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<UPlot | undefined>(undefined);
  useSignalEffect(() => {
    const colours = palette.value;
    const element = place.current;
    if (element === null) return;
    plot.current?.destroy();
    const made = untracked(data);
    plot.current = new UPlot(uplotOptions(element.clientWidth, colours, options), made, element);
  });
  useSignalEffect(() => {
    plot.current?.setData(data());
  });
  useEffect(() => {
    const element = place.current as HTMLDivElement;
    const observer = new ResizeObserver(() =>
      plot.current?.setSize({ width: element.clientWidth, height: options.height }),
    );
    observer.observe(element);
    return () => {
      observer.disconnect();
      plot.current?.destroy();
    };
  }, []);
  return place;
}

function uplotOptions(width: number, colours: Palette, { height, name, least, x, range, draw }: PlotOptions) {
  const { ink, muted, line, action } = colours;
  const axis: UPlot.Axis = { stroke: muted, font: FONT, grid: { stroke: line, width: 1 }, ticks: { show: false } };
  const written: UPlot.Axis["values"] = (_, at) => at.map((value) => String(value).replace("-", "−"));
  const options: UPlot.Options = {
    width,
    height,
    padding: [10, 12, 0, 0],
    legend: { show: false },
    cursor: { show: false },
    scales: {
      x: { time: false, range: ({ data: [steps] }) => [0, Math.max(least, steps?.at(-1) ?? 0)] },
      y: { range: (_, low, high) => range(low, high) },
    },
    axes: [
      {
        ...axis,
        size: 26,
        space: 70,
        values: x ?? written,
        label: name,
        labelSize: 14,
        labelFont: FONT,
        labelGap: 0,
      },
      { ...axis, size: 48, space: 28, values: written },
    ],
    hooks: {
      init: [({ root }) => root.setAttribute("aria-hidden", "true")],
      draw: [(drawn) => draw?.(drawn, colours), (drawn) => markEnd(drawn, action)],
    },
    series: [{}, { stroke: ink, width: 2, points: { show: false } }],
  };
  return options;
}

/** A dot where the curve ends. */
function markEnd(plot: UPlot, colour: string): void {
  const [steps, values] = plot.data;
  const last = values.at(-1);
  if (typeof last !== "number") return;
  const { ctx } = plot;
  const x = plot.valToPos(steps[values.length - 1], "x", true);
  ctx.beginPath();
  ctx.arc(x, plot.valToPos(last, "y", true), 4 * devicePixelRatio, 0, 7);
  ctx.fillStyle = colour;
  ctx.fill();
}
