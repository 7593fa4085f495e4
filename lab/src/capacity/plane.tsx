import type { ComponentChildren, TargetedPointerEvent } from "preact";
import type { Place } from "./theory.js";

interface Axis {
  readonly low: number;
  readonly high: number;
  readonly name: string;
}

interface Frame {
  /** Where a point of the plane is in the picture. */
  readonly at: (x: number, y: number) => readonly [number, number];
  readonly path: (line: readonly Place[]) => string;
}

interface PlaneProps {
  readonly class: string;
  /** What the picture shows, in words. */
  readonly label: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly width?: number;
  readonly height?: number;
  /** A press, or a drag, on a point of the plane. */
  readonly onPick?: (x: number, y: number) => void;
  readonly children: (frame: Frame) => ComponentChildren;
}

const MARGIN = { left: 46, right: 12, top: 12, bottom: 38 };

/** A plane with two axes, drawn as SVG: text and lines stay sharp at any size, and can be saved. */
export function Plane({ class: name, label, x, y, width = 640, height = 440, onPick, children }: PlaneProps) {
  const across = width - MARGIN.left - MARGIN.right;
  const down = height - MARGIN.top - MARGIN.bottom;
  const at = (a: number, b: number) =>
    [
      MARGIN.left + (across * (a - x.low)) / (x.high - x.low),
      MARGIN.top + down * (1 - (b - y.low) / (y.high - y.low)),
    ] as const;
  const path = (line: readonly Place[]) =>
    line
      .map(
        ([a, b], k) =>
          `${k === 0 ? "M" : "L"}${at(a, b)
            .map((v) => v.toFixed(1))
            .join(" ")}`,
      )
      .join("");
  const pick = ({ clientX, clientY, currentTarget, buttons }: TargetedPointerEvent<SVGSVGElement>) => {
    if (buttons !== 1 || onPick === undefined) return;
    const box = currentTarget.getBoundingClientRect();
    const [u, v] = [((clientX - box.left) * width) / box.width, ((clientY - box.top) * height) / box.height];
    onPick(
      x.low + ((u - MARGIN.left) / across) * (x.high - x.low),
      y.low + (1 - (v - MARGIN.top) / down) * (y.high - y.low),
    );
  };
  return (
    <svg
      class={`plane ${name}`}
      viewBox={`0 0 ${width} ${height}`}
      style={{ "--ratio": width / height }}
      role="img"
      aria-label={label}
      onPointerDown={pick}
      onPointerMove={pick}
    >
      {ticks(x).map((value) => (
        <g key={`x${value}`} class="tick">
          <line x1={at(value, 0)[0]} x2={at(value, 0)[0]} y1={MARGIN.top} y2={MARGIN.top + down} />
          <text x={at(value, 0)[0]} y={height - 20} text-anchor="middle">
            {short(value)}
          </text>
        </g>
      ))}
      {ticks(y).map((value) => (
        <g key={`y${value}`} class="tick">
          <line x1={MARGIN.left} x2={width - MARGIN.right} y1={at(0, value)[1]} y2={at(0, value)[1]} />
          <text x={MARGIN.left - 7} y={at(0, value)[1] + 4} text-anchor="end">
            {short(value)}
          </text>
        </g>
      ))}
      <text class="name" x={width - MARGIN.right} y={height - 3} text-anchor="end">
        {x.name} →
      </text>
      <text class="name" x={MARGIN.left + 8} y={MARGIN.top + 14}>
        ↑ {y.name}
      </text>
      {children({ at, path })}
    </svg>
  );
}

/** Five round values or so. */
function ticks({ low, high }: Axis): number[] {
  const step = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5].find((size) => (high - low) / size <= 6) ?? 1;
  const first = Math.ceil(low / step - 1e-9);
  const count = Math.floor(high / step + 1e-9) - first + 1;
  return Array.from({ length: count }, (_, k) => (first + k) * step);
}

function short(value: number): string {
  return String(Math.round(1000 * value) / 1000).replace("-", "−");
}
