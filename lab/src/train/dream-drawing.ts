import type { Region } from "engram/patterns";
import type { Palette } from "../theme.js";
import { inkTones, type Tones } from "./tones.js";

/** What the board shows. */
export interface Shown {
  /** One byte a pixel. */
  readonly greys: Uint8Array;
  /** 1 where a pixel is kept. */
  readonly held: Uint8Array;
  readonly side: number;
  readonly palette: Palette;
}

/** Draws a picture in shades, a line around the pixels that are kept, and an outline under the brush; at most once a frame. */
export class DreamDrawing {
  #canvas: HTMLCanvasElement | undefined;
  #shown: Shown | undefined;
  #tones: readonly [Palette, Tones] | undefined;
  #region: Region | undefined;
  #request = 0;

  /** Fits the canvas to the room that the page gives it. */
  resize(canvas: HTMLCanvasElement): void {
    this.#canvas = canvas;
    const { width, height } = canvas.getBoundingClientRect();
    canvas.width = Math.round(width * devicePixelRatio);
    canvas.height = Math.round(height * devicePixelRatio);
    this.#draw();
  }

  show(shown: Shown): void {
    this.#shown = shown;
    this.#schedule();
  }

  /** Outlines some pixels: those under the brush. */
  frame(region: Region | undefined): void {
    this.#region = region;
    this.#schedule();
  }

  stop(): void {
    cancelAnimationFrame(this.#request);
    this.#request = 0;
  }

  #schedule(): void {
    if (this.#request === 0) this.#request = requestAnimationFrame(() => this.#draw());
  }

  #draw(): void {
    this.#request = 0;
    const context = this.#canvas?.getContext("2d");
    if (!context || this.#shown === undefined) return;
    const { greys, held, side, palette } = this.#shown;
    if (this.#tones?.[0] !== palette) this.#tones = [palette, inkTones(palette)];
    const tones = this.#tones[1];
    const { width: across, height: down } = context.canvas;
    // The edges of cell k lie on whole pixels, also where the cells are not all of one size.
    const x = (column: number) => Math.round((column * across) / side);
    const y = (row: number) => Math.round((row * down) / side);
    context.clearRect(0, 0, across, down);
    const gap = across / side >= 7 * devicePixelRatio ? Math.max(1, Math.round(devicePixelRatio)) : 0;
    for (let i = 0; i < greys.length; i++) {
      const column = i % side;
      const row = (i - column) / side;
      const tone = 4 * greys[i];
      context.fillStyle = `rgb(${tones[tone]} ${tones[tone + 1]} ${tones[tone + 2]})`;
      context.fillRect(x(column), y(row), x(column + 1) - x(column) - gap, y(row + 1) - y(row) - gap);
    }
    const line = Math.max(2, Math.round(2 * devicePixelRatio));
    context.fillStyle = palette.accent;
    const isHeld = (column: number, row: number) => held[row * side + column] === 1;
    for (let row = 0; row < side; row++) {
      for (let column = 0; column < side; column++) {
        if (!isHeld(column, row)) continue;
        const [left, top, right, bottom] = [x(column), y(row), x(column + 1), y(row + 1)];
        if (row === 0 || !isHeld(column, row - 1)) context.fillRect(left, top, right - left, line);
        if (row === side - 1 || !isHeld(column, row + 1)) context.fillRect(left, bottom - line, right - left, line);
        if (column === 0 || !isHeld(column - 1, row)) context.fillRect(left, top, line, bottom - top);
        if (column === side - 1 || !isHeld(column + 1, row)) context.fillRect(right - line, top, line, bottom - top);
      }
    }
    if (this.#region === undefined) return;
    const { left, top, width, height } = this.#region;
    context.strokeStyle = palette.accent;
    context.lineWidth = line;
    context.strokeRect(x(left), y(top), x(left + width) - x(left) - gap, y(top + height) - y(top) - gap);
  }
}
