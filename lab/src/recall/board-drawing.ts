import type { Region } from "engram/patterns";
import type { Palette } from "../theme.js";

export type Canvas = HTMLCanvasElement;

/** How long a unit that flipped stays marked, in milliseconds. */
const GLOW = 900;

/**
 * Draws a state on a canvas: cells on whole device pixels, a unit that has just flipped in the accent colour, fading.
 * It draws at most once a frame, and only while something changes.
 */
export class Drawing {
  #canvas: Canvas | undefined;
  #units: Uint8Array = new Uint8Array(0);
  #width = 1;
  #flipped: Float64Array = new Float64Array(0);
  #palette: Palette | undefined;
  #region: Region | undefined;
  #request = 0;

  /** Fits the canvas to the room that the page gives it. */
  resize(canvas: Canvas): void {
    this.#canvas = canvas;
    const { width, height } = canvas.getBoundingClientRect();
    canvas.width = Math.round(width * devicePixelRatio);
    canvas.height = Math.round(height * devicePixelRatio);
    this.#draw(performance.now());
  }

  /** Shows a state; with `mark`, what has changed since the last one glows. */
  show(units: Uint8Array, width: number, mark: boolean, palette: Palette): void {
    const now = performance.now();
    if (!mark || units.length !== this.#units.length) this.#flipped = new Float64Array(units.length).fill(-GLOW);
    else {
      units.forEach((unit, i) => {
        if (unit !== this.#units[i]) this.#flipped[i] = now;
      });
    }
    this.#units = units;
    this.#width = width;
    this.#palette = palette;
    this.#schedule();
  }

  /** Outlines some units: those under the brush. */
  frame(region: Region | undefined): void {
    this.#region = region;
    this.#schedule();
  }

  stop(): void {
    cancelAnimationFrame(this.#request);
    this.#request = 0;
  }

  #schedule(): void {
    if (this.#request === 0) this.#request = requestAnimationFrame((time) => this.#draw(time));
  }

  #draw(now: number): void {
    this.#request = 0;
    const context = this.#canvas?.getContext("2d");
    const palette = this.#palette;
    if (!context || palette === undefined) return;
    const { width: across, height: down } = context.canvas;
    const columns = this.#width;
    const rows = this.#units.length / columns;
    // The edges of cell k lie on whole pixels, also where the cells are not all of one size.
    const x = (column: number) => Math.round((column * across) / columns);
    const y = (row: number) => Math.round((row * down) / rows);
    const gap = across / columns >= 7 * devicePixelRatio ? Math.max(1, Math.round(devicePixelRatio)) : 0;
    context.clearRect(0, 0, across, down);
    let glowing = false;
    for (let i = 0; i < this.#units.length; i++) {
      const column = i % columns;
      const row = (i - column) / columns;
      const box = [x(column), y(row), x(column + 1) - x(column) - gap, y(row + 1) - y(row) - gap] as const;
      const on = this.#units[i] === 1;
      context.fillStyle = on ? palette.ink : palette.off;
      context.fillRect(...box);
      const glow = 1 - (now - this.#flipped[i]) / GLOW;
      if (glow <= 0) continue;
      glowing = true;
      context.globalAlpha = glow * (on ? 1 : 0.45);
      context.fillStyle = palette.accent;
      context.fillRect(...box);
      context.globalAlpha = 1;
    }
    if (this.#region !== undefined) {
      const { left, top, width, height } = this.#region;
      context.strokeStyle = palette.accent;
      context.lineWidth = 2 * devicePixelRatio;
      context.strokeRect(x(left), y(top), x(left + width) - x(left) - gap, y(top + height) - y(top) - gap);
    }
    if (glowing) this.#schedule();
  }
}
