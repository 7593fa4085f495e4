import { useMemo } from "preact/hooks";

interface PictureProps {
  readonly units: Uint8Array;
  readonly width: number;
  readonly label?: string;
}

/**
 * A state as a small picture, one pixel a unit; where it has no label, its parent names it. It is a path and not a canvas:
 * the browser composes every canvas of a page anew in each frame in which something moves, also one that never changes.
 */
export function Picture({ units, width, label }: PictureProps) {
  const path = useMemo(() => outline(units, width), [units, width]);
  return (
    <svg
      class="picture"
      viewBox={`0 0 ${width} ${units.length / width}`}
      role={label === undefined ? undefined : "img"}
      aria-label={label}
      aria-hidden={label === undefined}
    >
      <path d={path} />
    </svg>
  );
}

/** The path around the units that are on, run by run. */
function outline(units: Uint8Array, width: number): string {
  let path = "";
  for (let start = 0; start < units.length; start += width) {
    for (let x = 0; x < width; ) {
      let end = x;
      while (end < width && units[start + end] === 1) end++;
      if (end > x) path += `M${x} ${start / width}h${end - x}v1h${x - end}z`;
      x = end + 1;
    }
  }
  return path;
}
