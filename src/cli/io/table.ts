import { canvasFor } from "../../node/index.js";

/** One cell: its text, and its colour, applied after padding to the column width. */
export interface Cell {
  readonly text: string;
  readonly colour?: (text: string) => string;
  /** Whether to align right, as for numbers. */
  readonly right?: boolean;
}

/** The gap between two columns. */
const GAP = 2;
/** No column of text becomes narrower than this. */
const NARROWEST = 10;

/**
 * Lines of a table: a heading, a rule, the rows; columns as wide as their widest cell. Where that is wider than the terminal, text
 * wraps in the widest columns.
 */
export function tableLines(
  heading: readonly string[],
  rows: readonly (readonly Cell[])[],
  columns = canvasFor(process.stdout).columns,
): string[] {
  const head = heading.map((text, c): Cell => ({ text, right: rows[0]?.[c].right ?? false }));
  const widths = fitted([head, ...rows], columns);
  const lines = (cells: readonly Cell[]) => {
    const parts = cells.map(({ text }, c) => wrapped(text, widths[c]));
    return Array.from({ length: Math.max(...parts.map((part) => part.length)) }, (_, l) =>
      cells
        .map(({ colour = (plain: string) => plain, right }, c) => {
          const text = parts[c][l] ?? "";
          const padding = " ".repeat(widths[c] - text.length);
          return right ? padding + colour(text) : (text && colour(text)) + (c < widths.length - 1 ? padding : "");
        })
        .join(" ".repeat(GAP))
        .trimEnd(),
    );
  };
  return [...lines(head), widths.map((width) => "-".repeat(width)).join(" ".repeat(GAP)), ...rows.flatMap(lines)];
}

/** The widths of the columns: those of their widest cells, or less for the widest columns of text, so that a line fits. */
function fitted(rows: readonly (readonly Cell[])[], columns: number): number[] {
  const widths = rows[0].map((_, c) => Math.max(...rows.map((row) => row[c].text.length)));
  const isText = (c: number) => rows.every((row) => row[c].right !== true);
  const room = columns - GAP * (widths.length - 1);
  const words = widths.map((_, c) => Math.max(...rows.flatMap((row) => row[c].text.split(" ").map((w) => w.length))));
  // As a last resort words are broken, and only in columns of text.
  const leasts = [words, words.map((_, c) => (isText(c) ? 0 : Number.POSITIVE_INFINITY))];
  for (const least of leasts) {
    while (widths.reduce((sum, width) => sum + width, 0) > room) {
      const spare = widths.map((width, c) => (width > Math.max(NARROWEST, least[c]) ? width : 0));
      const widest = spare.indexOf(Math.max(...spare));
      if (spare[widest] === 0) break;
      widths[widest]--;
    }
  }
  // Words may fill less than the width.
  return widths.map((width, c) => {
    const wrappedTo = Math.max(...rows.flatMap((row) => wrapped(row[c].text, width).map((line) => line.length)));
    return Math.min(width, Math.max(wrappedTo, 1));
  });
}

/** A text in lines of at most this many characters, broken between words, or within a word that is longer. */
export function wrapped(text: string, width: number): string[] {
  const lines = [""];
  for (const word of text.split(" ")) {
    const last = lines[lines.length - 1];
    if (last !== "" && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else {
      if (last !== "") lines.push("");
      const pieces = word.match(new RegExp(`.{1,${width}}`, "gsu")) ?? [""];
      lines.splice(-1, 1, ...pieces);
    }
  }
  return lines;
}
