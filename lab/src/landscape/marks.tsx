import type { Kind } from "./net.js";

/**
 * A mark for every kind, so that none is told by its colour alone: paths in a square of 16, filled by the even-odd rule. A
 * wanted state that is not stable is "lost".
 */
export const markPaths: Readonly<Record<Kind | "lost", string>> = {
  stored: "M8 2a6 6 0 1 0 .01 0z",
  reversed: "M8 2a6 6 0 1 0 .01 0zM8 4a4 4 0 0 1 0 8z",
  mixture: "M8 1l7 7-7 7-7-7z",
  spurious: "M3.5 1.5 8 6l4.5-4.5 2 2L10 8l4.5 4.5-2 2L8 10l-4.5 4.5-2-2L6 8 1.5 3.5z",
  other: "M8 2a6 6 0 1 0 .01 0zM8 5a3 3 0 1 1-.01 0z",
  cycle: "M8 2a6 6 0 0 1 6 6h2l-3 4-3-4h2a4 4 0 0 0-4-4zM8 14a6 6 0 0 1-6-6H0l3-4 3 4H4a4 4 0 0 0 4 4z",
  lost: "M8 2a6 6 0 1 0 .01 0zM8 3.6a4.4 4.4 0 1 1-.01 0z",
};

/** The mark of a kind beside its name. */
export function Mark({ kind, series }: { kind: Kind | "lost"; series?: number }) {
  const name = kind === "other" && series !== undefined ? `mark series-${series % 4}` : `mark ${kind}`;
  return (
    <svg class={name} viewBox="0 0 16 16" aria-hidden="true">
      <path d={markPaths[kind]} fill="currentColor" fill-rule="evenodd" />
    </svg>
  );
}

const made = new Map<string, Path2D>();

/** Draws a mark around a point of a canvas. */
export function drawMark(
  context: CanvasRenderingContext2D,
  kind: Kind | "lost",
  x: number,
  y: number,
  size: number,
): void {
  const path = made.get(kind) ?? new Path2D(markPaths[kind]);
  made.set(kind, path);
  context.save();
  context.translate(x - size / 2, y - size / 2);
  context.scale(size / 16, size / 16);
  context.fill(path, "evenodd");
  context.restore();
}
