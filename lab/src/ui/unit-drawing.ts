import type { Palette } from "../theme.js";
import { BoardDrawing, type Cells } from "./board-drawing.js";

/** How long a unit that flipped stays marked, in milliseconds. */
const GLOW = 900;

/** Draws a state: units on or off, one that has just flipped in the colour of what happens now, fading. */
export class UnitDrawing extends BoardDrawing {
  #units: Uint8Array = new Uint8Array(0);
  #width = 1;
  #flipped: Float64Array = new Float64Array(0);
  #palette: Palette | undefined;

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
    this.schedule();
  }

  protected override board() {
    if (this.#palette === undefined) return undefined;
    return { columns: this.#width, rows: this.#units.length / this.#width, palette: this.#palette };
  }

  protected override paint(context: CanvasRenderingContext2D, cells: Cells, now: number): boolean {
    const { ink, off, action } = this.#palette as Palette;
    const { columns, rows } = cells;
    context.fillStyle = off;
    context.fillRect(0, 0, cells.x(columns), cells.y(rows));
    context.fillStyle = ink;
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const first = column;
        while (column < columns && this.#units[row * columns + column] === 1) column++;
        if (column > first) fill(context, cells, first, row, column - first);
      }
    }
    context.fillStyle = action;
    let glowing = false;
    for (let i = 0; i < this.#units.length; i++) {
      const glow = 1 - (now - this.#flipped[i]) / GLOW;
      if (glow <= 0) continue;
      glowing = true;
      context.globalAlpha = glow * (this.#units[i] === 1 ? 1 : 0.45);
      fill(context, cells, i % columns, Math.floor(i / columns), 1);
    }
    context.globalAlpha = 1;
    cells.part(context);
    return glowing;
  }
}

/** Fills cells side by side, with the gaps between them. */
function fill(context: CanvasRenderingContext2D, cells: Cells, column: number, row: number, width: number): void {
  const [x, y] = [cells.x(column), cells.y(row)];
  context.fillRect(x, y, cells.x(column + width) - x, cells.y(row + 1) - y);
}
