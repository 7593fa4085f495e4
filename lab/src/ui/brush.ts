import type { Region } from "engram/patterns";

/** A unit by its place in the picture. */
export interface Place {
  readonly x: number;
  readonly y: number;
}

/** Draws (1) or erases (0) along a line with a square brush: units of 0 and 1, changed in place. */
export function stroke(units: Uint8Array, width: number, from: Place, to: Place, brush: number, value: 0 | 1): void {
  const steps = Math.max(Math.abs(to.x - from.x), Math.abs(to.y - from.y), 1);
  for (let k = 0; k <= steps; k++) {
    const x = Math.round(from.x + ((to.x - from.x) * k) / steps);
    const y = Math.round(from.y + ((to.y - from.y) * k) / steps);
    const { left, top, width: across, height: down } = footprint({ x, y }, width, units.length / width, brush);
    for (let row = top; row < top + down; row++) units.fill(value, row * width + left, row * width + left + across);
  }
}

/** The units under a square brush, inside the picture. */
export function footprint({ x, y }: Place, width: number, height: number, brush: number): Region {
  const reach = Math.floor((brush - 1) / 2);
  const left = Math.max(0, x - reach);
  const top = Math.max(0, y - reach);
  return {
    left,
    top,
    width: Math.max(0, Math.min(width, x - reach + brush) - left),
    height: Math.max(0, Math.min(height, y - reach + brush) - top),
  };
}
