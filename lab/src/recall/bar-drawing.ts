import type { Palette } from "../theme.js";
import { Numerals } from "../ui/numerals.js";
import { fixed } from "./verdict.js";

/** How far beyond the visible rows the canvas reaches, in pixels: a list scrolls before its canvas can follow. */
const MARGIN = 160;

/** Where bar and value of a row lie in a list, in CSS pixels. */
interface Slot {
  readonly left: number;
  readonly width: number;
  readonly top: number;
  readonly height: number;
  /** Where the value ends, and the height at which its line is centred. */
  readonly right: number;
  readonly middle: number;
}

/** What a list shows: the overlaps that its rows have, in their order; undefined while nothing has them. */
export interface Bars {
  readonly overlaps: ArrayLike<number> | undefined;
  /** The row that is the closest. */
  readonly best: number;
  readonly palette: Palette;
}

/**
 * Draws the bars and values of a list of patterns on one canvas that lies over it: at most once a frame, and only the rows in
 * sight. Where the rows lie is measured when the list changes, never in a frame.
 */
export class BarDrawing {
  #box: HTMLElement | undefined;
  #canvas: HTMLCanvasElement | undefined;
  #slots: readonly Slot[] = [];
  #fonts: readonly [usual: string, best: string] = ["", ""];
  #numerals: { readonly ink: string; readonly usual: Numerals; readonly best: Numerals } | undefined;
  #scale = 1;
  /** Of the canvas, in CSS pixels of the list. */
  #top = 0;
  #height = 0;
  #content = 0;
  #bars: Bars | undefined;
  #request = 0;

  /** Looks where the rows lie in the box that scrolls, and fits the canvas to it. */
  measure(box: HTMLElement, canvas: HTMLCanvasElement): void {
    const { left, top } = box.getBoundingClientRect();
    const above = top - box.scrollTop;
    const rows = [...box.querySelectorAll(".overlap")];
    this.#slots = rows.map((row): Slot => {
      const track = (row.querySelector(".track") as Element).getBoundingClientRect();
      const value = (row.querySelector(".value") as Element).getBoundingClientRect();
      return {
        left: track.left - left,
        width: track.width,
        top: track.top - above,
        height: track.height,
        right: value.right - left,
        middle: (value.top + value.bottom) / 2 - above,
      };
    });
    this.#box = box;
    this.#canvas = canvas;
    this.#scale = devicePixelRatio;
    const value = rows[0]?.querySelector(".value");
    if (value) {
      const { fontSize, fontFamily } = getComputedStyle(value);
      const font = `${Number.parseFloat(fontSize) * this.#scale}px ${fontFamily}`;
      this.#fonts = [font, `bold ${font}`];
      this.#numerals = undefined;
    }
    this.#content = (box.firstElementChild as HTMLElement).offsetHeight;
    this.#height = Math.min(this.#content, box.clientHeight + 2 * MARGIN);
    canvas.style.height = `${this.#height}px`;
    canvas.width = Math.round(box.clientWidth * this.#scale);
    canvas.height = Math.round(this.#height * this.#scale);
    this.follow();
  }

  /** Brings the canvas to the rows in sight. */
  follow(): void {
    if (this.#box === undefined || this.#canvas === undefined) return;
    const wanted = Math.round(this.#box.scrollTop) - MARGIN;
    this.#top = Math.max(0, Math.min(wanted, this.#content - this.#height));
    this.#canvas.style.transform = `translateY(${this.#top}px)`;
    this.#draw();
  }

  show(bars: Bars): void {
    this.#bars = bars;
    if (this.#request === 0) this.#request = requestAnimationFrame(() => this.#draw());
  }

  stop(): void {
    cancelAnimationFrame(this.#request);
    this.#request = 0;
  }

  #draw(): void {
    this.stop();
    const context = this.#canvas?.getContext("2d");
    if (!context || this.#bars === undefined) return;
    const { overlaps, best, palette } = this.#bars;
    const numerals = this.#numeralsIn(palette.ink);
    context.clearRect(0, 0, context.canvas.width, context.canvas.height);
    const scaled = (length: number) => Math.round(length * this.#scale);
    for (let k = 0; k < this.#slots.length; k++) {
      const { left, width, top, height, right, middle } = this.#slots[k];
      const above = top - this.#top;
      if (above + height < 0 || above > this.#height) continue;
      const isBest = k === best;
      const m = overlaps?.[k];
      if (m !== undefined) {
        const centre = left + width / 2;
        const [from, to] = [
          scaled(centre + Math.min(0, m) * (width / 2)),
          scaled(centre + Math.max(0, m) * (width / 2)),
        ];
        context.fillStyle = isBest ? palette.stored : palette.ink;
        context.fillRect(from, scaled(above), to - from, scaled(above + height) - scaled(above));
      }
      const text = m === undefined ? "–" : fixed(m);
      numerals[isBest ? "best" : "usual"].draw(context, text, right * this.#scale, (middle - this.#top) * this.#scale);
    }
  }

  #numeralsIn(ink: string) {
    if (this.#numerals?.ink !== ink) {
      const [usual, best] = this.#fonts;
      this.#numerals = { ink, usual: new Numerals(usual, ink), best: new Numerals(best, ink) };
    }
    return this.#numerals;
  }
}
