/** One cell: its text, and its colour, applied after padding to the column width. */
export interface Cell {
  readonly text: string;
  readonly colour?: (text: string) => string;
  /** Whether to align right, as for numbers. */
  readonly right?: boolean;
}

/** Lines of a table: a heading, a rule, the rows; columns as wide as their widest cell. */
export function tableLines(heading: readonly string[], rows: readonly (readonly Cell[])[]): string[] {
  const widths = heading.map((name, c) => Math.max(name.length, ...rows.map((row) => row[c].text.length)));
  const line = (cells: readonly Cell[]) =>
    cells
      .map(({ text, colour = (plain) => plain, right }, c) => {
        const padding = " ".repeat(widths[c] - text.length);
        return right ? padding + colour(text) : colour(text) + (c < widths.length - 1 ? padding : "");
      })
      .join("  ");
  return [
    line(heading.map((text, c) => ({ text, right: rows[0]?.[c].right ?? false }))),
    widths.map((width) => "-".repeat(width)).join("  "),
    ...rows.map(line),
  ];
}
