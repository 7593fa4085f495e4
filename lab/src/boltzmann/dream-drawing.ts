import type { Palette } from "../theme.js";
import { BoardDrawing, type Cells } from "../ui/board-drawing.js";
import { inkTones, type Tones } from "../ui/tones.js";

/** What the board shows. */
export interface Shown {
  /** One byte a pixel. */
  readonly greys: Uint8Array;
  /** 1 where a pixel is kept. */
  readonly held: Uint8Array;
  readonly side: number;
  readonly palette: Palette;
}

/** Draws a picture in shades, and a line around the pixels that are kept. */
export class DreamDrawing extends BoardDrawing {
  #shown: Shown | undefined;
  #tones: readonly [Palette, Tones] | undefined;

  show(shown: Shown): void {
    this.#shown = shown;
    this.schedule();
  }

  protected override board() {
    return this.#shown && { columns: this.#shown.side, rows: this.#shown.side, palette: this.#shown.palette };
  }

  protected override paint(context: CanvasRenderingContext2D, cells: Cells): boolean {
    const { greys, held, side, palette } = this.#shown as Shown;
    if (this.#tones?.[0] !== palette) this.#tones = [palette, inkTones(palette)];
    const tones = this.#tones[1];
    for (let i = 0; i < greys.length; i++) {
      const tone = 4 * greys[i];
      context.fillStyle = `rgb(${tones[tone]} ${tones[tone + 1]} ${tones[tone + 2]})`;
      context.fillRect(...cells.cell(i));
    }
    const line = Math.max(2, Math.round(2 * devicePixelRatio));
    context.fillStyle = palette.action;
    const isHeld = (column: number, row: number) => held[row * side + column] === 1;
    for (let row = 0; row < side; row++) {
      for (let column = 0; column < side; column++) {
        if (!isHeld(column, row)) continue;
        const [left, top, right, bottom] = [cells.x(column), cells.y(row), cells.x(column + 1), cells.y(row + 1)];
        if (row === 0 || !isHeld(column, row - 1)) context.fillRect(left, top, right - left, line);
        if (row === side - 1 || !isHeld(column, row + 1)) context.fillRect(left, bottom - line, right - left, line);
        if (column === 0 || !isHeld(column - 1, row)) context.fillRect(left, top, line, bottom - top);
        if (column === side - 1 || !isHeld(column + 1, row)) context.fillRect(right - line, top, line, bottom - top);
      }
    }
    return false;
  }
}
