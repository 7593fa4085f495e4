import type { Colours } from "./colours.js";
import { drawMark } from "./marks.js";
import type { Kind } from "./net.js";
import { type Point, reach } from "./setting.js";
import { Sketch } from "./sketch.js";
import { contour, type End, GRID, levels, type Surface } from "./surface.js";

export interface SurfaceScene {
  readonly surface: Surface;
  readonly patterns: readonly Point[];
  readonly colours: Colours;
  /** Steps of the retrievals that are shown. */
  readonly steps: number;
  /** The pattern that keys move. */
  readonly chosen: number;
}

/** Room around the square for what lies at its edge. */
const MARGIN = 12;

/** How much ink there is at the lowest energy. */
const DARKEST = 0.3;

/** The kinds of ends by the marks of the net's attractors: a mean of patterns is a mixture. */
export const endKinds: Record<End["kind"], Kind> = {
  stored: "stored",
  metastable: "mixture",
  average: "spurious",
  none: "other",
};

/** Draws the energy of a modern memory by contours, its gradient, and retrievals. */
export class SurfaceDrawing extends Sketch {
  #scene: SurfaceScene | undefined;

  show(scene: SurfaceScene): void {
    this.#scene = scene;
    this.schedule();
  }

  get #edge(): number {
    return Math.min(this.width, this.height) - 2 * MARGIN;
  }

  /** Where a point lies on the canvas. */
  place([x, y]: Point): [number, number] {
    const scale = this.#edge / (2 * reach);
    return [this.width / 2 + x * scale, this.height / 2 - y * scale];
  }

  /** The point at a place of the canvas, within the square. */
  point(atX: number, atY: number): Point {
    const scale = this.#edge / (2 * reach);
    const [x, y] = [(atX - this.width / 2) / scale, (this.height / 2 - atY) / scale];
    return [rounded(x), rounded(y)];
  }

  /** The pattern at a place of the canvas, if there is one. */
  pattern(atX: number, atY: number): number | undefined {
    const { patterns = [] } = this.#scene ?? {};
    const distances = patterns.map((point) => {
      const [x, y] = this.place(point);
      return Math.hypot(x - atX, y - atY);
    });
    const least = Math.min(...distances);
    return least < 20 ? distances.indexOf(least) : undefined;
  }

  protected override paint(context: CanvasRenderingContext2D): boolean {
    const scene = this.#scene;
    if (scene === undefined) return false;
    const { surface, colours } = scene;
    this.#contours(context, surface, colours);
    this.#gradient(context, surface, colours);
    this.#retrievals(context, scene);
    this.#ends(context, scene);
    this.#patterns(context, scene);
    return false;
  }

  #contours(context: CanvasRenderingContext2D, surface: Surface, { ink, line, raised }: Colours): void {
    const [left, top] = this.place([-reach, reach]);
    context.fillStyle = raised;
    context.fillRect(left, top, this.#edge, this.#edge);
    const step = this.#edge / (GRID - 1);
    // The middles of the outer pixels lie on the edges of the square.
    const [at, size] = [-step / 2, GRID * step];
    context.save();
    context.beginPath();
    context.rect(left, top, this.#edge, this.#edge);
    context.clip();
    context.drawImage(shaded(surface, ink), left + at, top + at, size, size);
    context.restore();
    context.lineWidth = 1;
    context.strokeStyle = ink;
    const all = levels(surface);
    for (const [k, level] of all.entries()) {
      // The deeper, the darker.
      context.globalAlpha = 0.6 - 0.42 * (k / all.length);
      context.beginPath();
      for (const [x1, y1, x2, y2] of contour(surface.energies, GRID, level)) {
        context.moveTo(left + x1 * step, top + this.#edge - y1 * step);
        context.lineTo(left + x2 * step, top + this.#edge - y2 * step);
      }
      context.stroke();
    }
    context.globalAlpha = 1;
    context.strokeStyle = line;
    context.strokeRect(left + 0.5, top + 0.5, this.#edge - 1, this.#edge - 1);
  }

  /** Short lines along which a retrieval goes, from a dot. */
  #gradient(context: CanvasRenderingContext2D, { arrows }: Surface, { muted }: Colours): void {
    context.strokeStyle = muted;
    context.fillStyle = muted;
    context.globalAlpha = 0.75;
    const longest = this.#edge / 22;
    for (const { at, to } of arrows) {
      const [x, y] = this.place(at);
      const [dx, dy] = [to[0] - at[0], at[1] - to[1]];
      const length = Math.hypot(dx, dy);
      if (length < 1e-3) continue;
      const drawn = longest * Math.min(1, length / 0.9);
      context.beginPath();
      context.arc(x, y, 1.4, 0, 7);
      context.fill();
      context.beginPath();
      context.moveTo(x, y);
      context.lineTo(x + (dx / length) * drawn, y + (dy / length) * drawn);
      context.stroke();
    }
    context.globalAlpha = 1;
  }

  #retrievals(context: CanvasRenderingContext2D, { surface, colours, steps }: SurfaceScene): void {
    context.strokeStyle = colours.action;
    context.fillStyle = colours.action;
    context.lineWidth = 2;
    context.lineJoin = "round";
    for (const { points } of surface.trajectories) {
      const seen = points.slice(0, steps + 1).map((point) => this.place(point));
      context.beginPath();
      for (const [x, y] of seen) context.lineTo(x, y);
      context.stroke();
      for (const [k, [x, y]] of seen.entries()) {
        context.beginPath();
        context.arc(x, y, k === seen.length - 1 ? 6 : k === 0 ? 4 : 2.5, 0, 7);
        context.fill();
      }
    }
  }

  #ends(context: CanvasRenderingContext2D, { surface, colours }: SurfaceScene): void {
    for (const { at, kind } of surface.ends) {
      const [x, y] = this.place(at);
      context.fillStyle = colours.paper;
      context.beginPath();
      context.arc(x, y, 10, 0, 7);
      context.fill();
      context.fillStyle = colours.kinds[endKinds[kind]];
      drawMark(context, endKinds[kind], x, y, 16);
    }
  }

  /** The patterns as squares with their numbers. */
  #patterns(context: CanvasRenderingContext2D, { patterns, colours, chosen }: SurfaceScene): void {
    context.font = '600 12px ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace';
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.lineWidth = 2;
    for (const [k, point] of patterns.entries()) {
      const [x, y] = this.place(point);
      // The number stands away from the middle, so that a mark at the pattern stays in sight.
      const length = Math.hypot(...point) || 1;
      const [dx, dy] = [(17 * point[0]) / length, (-17 * point[1]) / length];
      context.strokeStyle = colours.ink;
      context.strokeRect(x - 10.5, y - 10.5, 21, 21);
      const [atX, atY] = [x + 1.35 * dx, y + 1.35 * dy];
      context.fillStyle = k === chosen ? colours.ink : colours.raised;
      context.beginPath();
      context.arc(atX, atY, 9, 0, 7);
      context.fill();
      context.fillStyle = k === chosen ? colours.paper : colours.ink;
      context.fillText(String(k + 1), atX, atY + 0.5);
    }
  }
}

/** The energies as a picture, a pixel for each point of the grid: the deeper, the darker. */
function shaded({ energies, low, high }: Surface, ink: string): HTMLCanvasElement {
  const picture = document.createElement("canvas");
  picture.width = GRID;
  picture.height = GRID;
  const context = picture.getContext("2d");
  if (!context) return picture;
  context.fillStyle = ink;
  for (let k = 0; k < energies.length; k++) {
    const depth = high > low ? (high - energies[k]) / (high - low) : 0;
    context.globalAlpha = DARKEST * depth ** 6;
    context.fillRect(k % GRID, GRID - 1 - Math.floor(k / GRID), 1, 1);
  }
  return picture;
}

/** A coordinate within the square, to two decimals. */
export function rounded(x: number): number {
  return Math.round(100 * Math.max(-reach, Math.min(reach, x))) / 100 + 0;
}
