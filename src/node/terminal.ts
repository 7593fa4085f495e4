import { ShapeError } from "../errors.js";
import type { State } from "../patterns/index.js";

/** A picture with a caption. */
export interface Caption {
  readonly state: State;
  /** A state to compare with: units that differ are drawn in red if there are colours. */
  readonly truth?: State | undefined;
  readonly caption: string;
}

/** The capabilities of a terminal. */
export interface Canvas {
  /** Whether to draw half blocks; otherwise plain ASCII in the same places. */
  readonly blocks: boolean;
  readonly colours: boolean;
  /** Characters per line. */
  readonly columns: number;
}

/** The capabilities of the given stream: plain ASCII if it is not a terminal, no colours if NO_COLOR is set. */
export function canvasFor(
  stream: { readonly isTTY?: boolean; readonly columns?: number },
  environment: NodeJS.ProcessEnv = process.env,
): Canvas {
  const terminal = stream.isTTY === true && environment.TERM !== "dumb";
  return {
    blocks: terminal,
    colours: terminal && !environment.NO_COLOR,
    columns: (terminal && stream.columns) || 100,
  };
}

const gap = "  ";

/**
 * Pictures side by side, each above its caption; a unit is half a character high and one wide, and +1 is bright. A line has as
 * many pictures as fit; a picture that is wider than the terminal is subsampled.
 *
 * @returns the text, without a final line break
 * @throws ShapeError for a state that does not fit the shape
 */
export function drawPictures(
  pictures: readonly Caption[],
  shape: readonly [height: number, width: number],
  canvas: Canvas,
): string {
  const step = Math.ceil(shape[1] / canvas.columns);
  const width = Math.ceil(shape[1] / step);
  const perLine = Math.max(1, Math.floor((canvas.columns + gap.length) / (width + gap.length)));
  const lines: string[] = [];
  for (let first = 0; first < pictures.length; first += perLine) {
    const group = pictures.slice(first, first + perLine);
    const drawn = group.map((picture) => drawPicture(picture, shape, step, canvas));
    if (first > 0) lines.push("");
    for (let row = 0; row < drawn[0].length; row++)
      lines.push(
        drawn
          .map((picture) => picture[row])
          .join(gap)
          .trimEnd(),
      );
    lines.push(
      group
        .map(({ caption }) => padded(plain(caption), width))
        .join(gap)
        .trimEnd(),
    );
  }
  return lines.join("\n");
}

/** External text made safe for a terminal: control characters become spaces. */
export function plain(text: string): string {
  return text.replace(/\p{Cc}/gu, " ");
}

function padded(text: string, width: number): string {
  return text.length > width ? `${text.slice(0, Math.max(1, width - 1))}~` : text.padEnd(width);
}

function drawPicture(
  { state, truth }: Caption,
  [height, width]: readonly [height: number, width: number],
  step: number,
  canvas: Canvas,
): string[] {
  for (const units of [state.length, truth?.length ?? state.length]) {
    if (units !== height * width) throw new ShapeError(`state has ${units} units; the picture is ${height}x${width}`);
  }
  const lines: string[] = [];
  for (let y = 0; y < height; y += 2 * step) {
    let line = "";
    for (let x = 0; x < width; x += step) {
      const upper = y * width + x;
      const lower = y + step < height ? upper + step * width : -1;
      line +=
        canvas.colours && truth !== undefined
          ? coloured(state, truth, upper, lower, canvas)
          : mark(state, upper, lower, canvas);
    }
    lines.push(line);
  }
  return lines;
}

function mark(state: State, upper: number, lower: number, { blocks }: Canvas): string {
  const which = (state[upper] > 0 ? 1 : 0) + (state[lower] > 0 ? 2 : 0);
  return (blocks ? " \u2580\u2584\u2588" : " '.#")[which];
}

/** Bright red for a wrong +1, dark red for a missing one. */
function wrongColour(state: State, truth: State, i: number): number {
  if (i < 0 || state[i] > 0 === truth[i] > 0) return 0;
  return state[i] > 0 ? 91 : 31;
}

/** Two units, wrong ones in red; correct ones keep the terminal's own colour, light or dark. */
function coloured(state: State, truth: State, upper: number, lower: number, canvas: Canvas): string {
  const above = wrongColour(state, truth, upper);
  const below = wrongColour(state, truth, lower);
  if (above === 0 && below === 0) return mark(state, upper, lower, canvas);
  if (above !== 0 && below !== 0) return `\x1b[${above};${below + 10}m\u2580\x1b[0m`;
  const [wrong, half, otherHalf] = above !== 0 ? [above, "\u2580", "\u2584"] : [below, "\u2584", "\u2580"];
  const otherInk = state[above !== 0 ? lower : upper] > 0;
  return otherInk ? `\x1b[${wrong + 10}m${otherHalf}\x1b[0m` : `\x1b[${wrong}m${half}\x1b[0m`;
}
