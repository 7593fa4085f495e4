/** Grey levels of a drawn picture: 0 is nothing, and the last one all ink. */
const LEVELS = 4;

/** A run of pixels of one level in one row of a sheet of pictures, in pixels from its upper left corner. */
export interface Run {
  readonly x1: number;
  readonly x2: number;
  readonly y1: number;
  readonly y2: number;
  /** Above 0 and at most 1. */
  readonly ink: number;
}

/** Pixels from one picture of a sheet to the next. */
export function pitch(size: number): number {
  return size + 2;
}

/** Means of binary units as text, one digit a value. */
export function packed(means: Float64Array): string {
  return Array.from(means, (p) => Math.min(LEVELS - 1, Math.floor(p * LEVELS))).join("");
}

/** The runs of a picture of `packed` text in the given row and column of a sheet. */
export function runsOf(text: string, width: number, row: number, column: number): Run[] {
  const runs: Run[] = [];
  const height = text.length / width;
  const [left, top] = [column * pitch(width), row * pitch(height)];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; ) {
      const level = text[y * width + x];
      let end = x + 1;
      while (end < width && text[y * width + end] === level) end++;
      const place = { x1: left + x, x2: left + end, y1: top + y, y2: top + y + 1 };
      if (level !== "0") runs.push({ ...place, ink: Number(level) / (LEVELS - 1) });
      x = end;
    }
  }
  return runs;
}
