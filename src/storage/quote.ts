const longest = 60;

/** A value that a file holds, as it may stand in an error: in one line, of bounded length. */
export function quote(value: unknown): string {
  const text = JSON.stringify(value) ?? "missing";
  return text.length > longest ? `${text.slice(0, longest)}...` : text;
}
