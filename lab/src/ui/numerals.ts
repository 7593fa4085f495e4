const CHARACTERS = [..."0123456789.−–"];

/**
 * Draws numbers on a canvas from characters that are drawn beforehand, digits all of one width. So no text is laid out in
 * a frame, which would make the browser bring style and layout of the whole page up to date.
 */
export class Numerals {
  readonly #sheet: ImageBitmap;
  readonly #widths: readonly number[];
  readonly #cell: number;
  readonly #height: number;

  /**
   * @param font as `CanvasRenderingContext2D.font` takes it, its size in device pixels
   * @param colour of the characters
   */
  constructor(font: string, colour: string) {
    const sheet = new OffscreenCanvas(1, 1);
    const context = sheet.getContext("2d") as OffscreenCanvasRenderingContext2D;
    context.font = font;
    const digit = context.measureText("0");
    this.#widths = CHARACTERS.map((character) =>
      /\d/.test(character) ? digit.width : context.measureText(character).width,
    );
    this.#cell = Math.ceil(Math.max(...this.#widths)) + 2;
    const ascent = Math.ceil(digit.fontBoundingBoxAscent);
    this.#height = ascent + Math.ceil(digit.fontBoundingBoxDescent);
    sheet.width = this.#cell * CHARACTERS.length;
    sheet.height = this.#height;
    // A canvas that changes its size forgets how it draws.
    context.font = font;
    context.fillStyle = colour;
    for (let k = 0; k < CHARACTERS.length; k++) context.fillText(CHARACTERS[k], k * this.#cell + 1, ascent);
    this.#sheet = sheet.transferToImageBitmap();
  }

  /** Draws a number that ends at the right edge given, its line centred at a height. */
  draw(context: CanvasRenderingContext2D, text: string, right: number, middle: number): void {
    const top = Math.floor(middle - this.#height / 2);
    let left = right;
    for (let i = text.length - 1; i >= 0; i--) {
      const k = CHARACTERS.indexOf(text[i]);
      left -= this.#widths[k];
      const [width, height] = [this.#cell, this.#height];
      context.drawImage(this.#sheet, k * width, 0, width, height, Math.round(left) - 1, top, width, height);
    }
  }
}
