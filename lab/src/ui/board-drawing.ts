import type { Region } from "engram/patterns";
import type { Palette } from "../theme.js";

/** Where the cells of a board lie on its canvas, in device pixels. */
export class Cells {
  readonly columns: number;
  readonly rows: number;
  /** What stays free between two cells, where they are large. */
  readonly gap: number;
  readonly #across: number;
  readonly #down: number;

  constructor(columns: number, rows: number, { width, height }: HTMLCanvasElement) {
    this.columns = columns;
    this.rows = rows;
    this.#across = width;
    this.#down = height;
    this.gap = width / columns >= 7 * devicePixelRatio ? Math.max(1, Math.round(devicePixelRatio)) : 0;
  }

  /** The left edge of a column: on a whole pixel, also where the cells are not all of one size. */
  x(column: number): number {
    return Math.round((column * this.#across) / this.columns);
  }

  /** The top edge of a row. */
  y(row: number): number {
    return Math.round((row * this.#down) / this.rows);
  }

  /** Left, top, width and height of a rectangle of cells. */
  box({ left, top, width, height }: Region): [number, number, number, number] {
    const [x, y] = [this.x(left), this.y(top)];
    return [x, y, this.x(left + width) - x - this.gap, this.y(top + height) - y - this.gap];
  }

  /** The box of cell k, counted row by row. */
  cell(k: number): [number, number, number, number] {
    const left = k % this.columns;
    return this.box({ left, top: (k - left) / this.columns, width: 1, height: 1 });
  }

  /** Empties the gaps between cells that were filled without them. */
  part(context: CanvasRenderingContext2D): void {
    if (this.gap === 0) return;
    for (let c = 1; c <= this.columns; c++) context.clearRect(this.x(c) - this.gap, 0, this.gap, this.#down);
    for (let r = 1; r <= this.rows; r++) context.clearRect(0, this.y(r) - this.gap, this.#across, this.gap);
  }
}

/** A picture of cells on a canvas, with an outline around some: drawn at most once a frame, and only when something changes. */
export abstract class BoardDrawing {
  #canvas: HTMLCanvasElement | undefined;
  #outlined: Region | undefined;
  #request = 0;

  /** Fits the canvas to the room that the page gives it. */
  resize(canvas: HTMLCanvasElement): void {
    this.#canvas = canvas;
    const { width, height } = canvas.getBoundingClientRect();
    canvas.width = Math.round(width * devicePixelRatio);
    canvas.height = Math.round(height * devicePixelRatio);
    this.#draw(performance.now());
  }

  /** Outlines some cells: those under the brush. */
  outline(region: Region | undefined): void {
    this.#outlined = region;
    this.schedule();
  }

  stop(): void {
    cancelAnimationFrame(this.#request);
    this.#request = 0;
  }

  /** What there is to draw; undefined before the first. */
  protected abstract board():
    | { readonly columns: number; readonly rows: number; readonly palette: Palette }
    | undefined;

  /** Draws the cells on an empty canvas; returns whether they are still changing. */
  protected abstract paint(context: CanvasRenderingContext2D, cells: Cells, now: number): boolean;

  protected schedule(): void {
    if (this.#request === 0) this.#request = requestAnimationFrame((time) => this.#draw(time));
  }

  #draw(now: number): void {
    this.#request = 0;
    const context = this.#canvas?.getContext("2d");
    const board = this.board();
    if (!context || board === undefined) return;
    const cells = new Cells(board.columns, board.rows, context.canvas);
    context.clearRect(0, 0, context.canvas.width, context.canvas.height);
    const goesOn = this.paint(context, cells, now);
    if (this.#outlined !== undefined) {
      context.strokeStyle = board.palette.action;
      context.lineWidth = Math.max(2, Math.round(2 * devicePixelRatio));
      context.strokeRect(...cells.box(this.#outlined));
    }
    if (goesOn) this.schedule();
  }
}
