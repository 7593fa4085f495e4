/** The name in an address, where it is one of those there are. */
export function oneOf<Name extends string>(text: string | null, names: readonly Name[], otherwise: Name): Name {
  return names.find((name) => name === text) ?? otherwise;
}

/** The number in an address, where it is one and within its range. */
export function numberIn(text: string | null, low: number, high: number, otherwise: number): number {
  const value = text === null || text.trim() === "" ? Number.NaN : Number(text);
  return value >= low && value <= high ? value : otherwise;
}

/** Entries as the part of an address after the question mark. */
export function writeQuery(entries: readonly (readonly [string, string | number])[]): string {
  return entries
    .map(([key, value]) => `${key}=${encodeURIComponent(value).replaceAll("%3A", ":").replaceAll("%2C", ",")}`)
    .join("&");
}
