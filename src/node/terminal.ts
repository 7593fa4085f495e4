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

/** The stream that is written to, as far as its capabilities are concerned. */
export interface OutputStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/**
 * The capabilities of a stream. A terminal gets half blocks if its locale is UTF-8, and anything else plain ASCII; the width is
 * that of the terminal, else COLUMNS, else 80. FORCE_COLOR makes a pipe count as a terminal.
 */
export function canvasFor(
  stream: OutputStream,
  environment: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
): Canvas {
  const colours = hasColours(stream, environment);
  const isTerminal = (stream.isTTY === true || colours) && environment.TERM !== "dumb";
  return {
    blocks: isTerminal && isUtf8(environment, platform),
    colours,
    columns: (stream.isTTY === true && stream.columns) || columnsOf(environment) || 80,
  };
}

function columnsOf({ COLUMNS }: NodeJS.ProcessEnv): number | undefined {
  return COLUMNS !== undefined && /^[1-9]\d{0,3}$/.test(COLUMNS) ? Number(COLUMNS) : undefined;
}

/** Whether to colour what is written: on a terminal; never with NO_COLOR, and always with FORCE_COLOR, except 0 and false. */
export function hasColours(stream: OutputStream, environment: NodeJS.ProcessEnv = process.env): boolean {
  const { NO_COLOR, FORCE_COLOR, TERM } = environment;
  if (NO_COLOR) return false;
  if (FORCE_COLOR) return !/^(0|false)$/.test(FORCE_COLOR);
  return stream.isTTY === true && TERM !== "dumb";
}

/** Whether the locale is UTF-8: that of LC_ALL, LC_CTYPE or LANG, the first that is set. On Windows it need not be set. */
function isUtf8(
  { LC_ALL, LC_CTYPE, LANG }: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
): boolean {
  const locale = LC_ALL || LC_CTYPE || LANG;
  return locale ? /utf-?8/i.test(locale) : platform === "win32";
}

/** Pictures are not drawn narrower than this to fit side by side, if they are wider. */
const narrowest = 24;

/**
 * Pictures side by side, each above its caption; a unit is half a character high and one wide, and +1 is bright. A line has as
 * many pictures as fit. Pictures that do not fit side by side, or are wider than the terminal, are subsampled.
 *
 * @returns the text, without a final line break
 * @throws ShapeError for a state that does not fit the shape
 */
export function drawPictures(
  pictures: readonly Caption[],
  shape: readonly [height: number, width: number],
  canvas: Canvas,
): string {
  const { perLine, width, gap } = layoutOf(pictures.length, shape[1], canvas.columns);
  const lines: string[] = [];
  for (let first = 0; first < pictures.length; first += perLine) {
    const group = pictures.slice(first, first + perLine);
    const drawn = group.map((picture) => drawPicture(picture, shape, width, canvas));
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

/** The number of pictures of a line, as many of them as fit, their width in characters, and the gap between them. */
export function layoutOf(
  pictures: number,
  width: number,
  columns: number,
): { readonly perLine: number; readonly width: number; readonly gap: string } {
  const most = (each: number, gap: number) =>
    Math.max(1, Math.min(pictures, Math.floor((columns + gap) / (each + gap))));
  const whole = most(width, 2);
  const perLine = most(Math.min(width, narrowest), 1);
  if (perLine === whole) return { perLine, width: Math.min(width, columns), gap: "  " };
  return { perLine, width: Math.min(width, Math.floor((columns + 1) / perLine) - 1), gap: " " };
}

/** Control characters, marks that change the direction of text, and separators of lines. */
const commands = /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu;

/** External text made safe for a terminal: control characters and marks of direction become spaces. */
export function plain(text: string): string {
  return text.replace(commands, " ");
}

/**
 * Lines of output that may be coloured, made safe for a stream: of all commands to a terminal, only those for colours stay, and
 * what the locale cannot show becomes a question mark.
 */
export function safeText(text: string, stream: OutputStream, environment: NodeJS.ProcessEnv = process.env): string {
  const { LC_ALL, LC_CTYPE, LANG } = environment;
  // A pipe is data unless the locale says what its reader can show.
  const isAscii = !isUtf8(environment) && (stream.isTTY === true || Boolean(LC_ALL || LC_CTYPE || LANG));
  const lines = text.split("\n").map(safeLine).join("\n");
  return isAscii ? lines.replace(/[^\0-\x7f]/gu, "?") : lines;
}

const ESCAPE = "\x1b";
/** The commands for colours that we use, and for their end. */
const inks = new RegExp(`(${ESCAPE}\\[(?:0|1|2|22|3[1-9]|[49][0-7]|10[0-7])(?:;(?:[49][0-7]|10[0-7]))*m)`);

function safeLine(line: string): string {
  return line
    .split(inks)
    .map((part, k) => (k % 2 === 0 ? plain(part) : part))
    .join("");
}

/** JSON made safe for a terminal, with the same value: control characters and marks of direction are escaped. */
export function safeJson(text: string): string {
  return text.replace(commands, (mark) => (mark === "\n" ? mark : `\\u${codeOf(mark)}`));
}

function codeOf(mark: string): string {
  return mark.charCodeAt(0).toString(16).padStart(4, "0");
}

function padded(text: string, width: number): string {
  return text.length > width ? `${text.slice(0, Math.max(1, width - 1))}~` : text.padEnd(width);
}

function drawPicture(
  { state, truth }: Caption,
  [height, width]: readonly [height: number, width: number],
  columns: number,
  canvas: Canvas,
): string[] {
  for (const units of [state.length, truth?.length ?? state.length]) {
    if (units !== height * width) throw new ShapeError(`state has ${units} units; the picture is ${height}x${width}`);
  }
  const rows = Math.max(1, Math.round((height * columns) / width));
  // The unit in the middle of a cell stands for it.
  const middle = (k: number, cells: number, units: number) => Math.floor(((k + 0.5) * units) / cells);
  const lines: string[] = [];
  for (let y = 0; y < rows; y += 2) {
    let line = "";
    for (let x = 0; x < columns; x++) {
      const column = middle(x, columns, width);
      const upper = middle(y, rows, height) * width + column;
      const lower = y + 1 < rows ? middle(y + 1, rows, height) * width + column : -1;
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

/** Two units, wrong ones in red, or in ASCII on red; correct ones keep the terminal's own colour, light or dark. */
function coloured(state: State, truth: State, upper: number, lower: number, canvas: Canvas): string {
  const above = wrongColour(state, truth, upper);
  const below = wrongColour(state, truth, lower);
  if (above === 0 && below === 0) return mark(state, upper, lower, canvas);
  if (!canvas.blocks) return `\x1b[41m${mark(state, upper, lower, canvas)}\x1b[0m`;
  if (above !== 0 && below !== 0) return `\x1b[${above};${below + 10}m\u2580\x1b[0m`;
  const [wrong, half, otherHalf] = above !== 0 ? [above, "\u2580", "\u2584"] : [below, "\u2584", "\u2580"];
  const otherInk = state[above !== 0 ? lower : upper] > 0;
  return otherInk ? `\x1b[${wrong + 10}m${otherHalf}\x1b[0m` : `\x1b[${wrong}m${half}\x1b[0m`;
}
