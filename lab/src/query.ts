/** Letters of an entry that are shown. */
const SHOWN = 40;

/** The entries of an address, read one by one; it knows which of them could not be used. */
export class Query {
  readonly #entries: URLSearchParams;
  readonly #read = new Set<string>();
  readonly #refused = new Set<string>();

  constructor(text: string) {
    this.#entries = new URLSearchParams(text);
  }

  has(key: string): boolean {
    return this.#entries.has(key);
  }

  /** The first value of a key. */
  get(key: string): string | null {
    this.#read.add(key);
    return this.#entries.get(key);
  }

  /** All values of a key. */
  getAll(key: string): string[] {
    this.#read.add(key);
    return this.#entries.getAll(key);
  }

  /** Gives a key another name, unless an entry has that name already. */
  rename(before: string, now: string): void {
    const value = this.#entries.get(before);
    if (value === null || this.#entries.has(now)) return;
    this.#entries.delete(before);
    this.#entries.set(now, value);
  }

  /** Marks a value as one that cannot be used. */
  refuse(key: string, value: string | null): void {
    if (value !== null) this.#refused.add(`${key}=${[...value].slice(0, SHOWN).join("")}`);
  }

  /** The name under a key, where it is one of those there are. */
  oneOf<Name extends string>(key: string, names: readonly Name[], otherwise: Name): Name {
    const text = this.get(key);
    const found = names.find((name) => name === text);
    if (found === undefined) this.refuse(key, text);
    return found ?? otherwise;
  }

  /** The number under a key, where it is one and within its range. */
  number(key: string, low: number, high: number, otherwise: number): number {
    const text = this.get(key);
    const value = text === null || text.trim() === "" ? Number.NaN : Number(text);
    if (value >= low && value <= high) return value;
    this.refuse(key, text);
    return otherwise;
  }

  /** The text under a key, where `isValid` says so; the empty text where it is missing. */
  text(key: string, isValid: (text: string) => boolean): string {
    const text = this.get(key);
    if (text === null || isValid(text)) return text ?? "";
    this.refuse(key, text);
    return "";
  }

  /** The entries that could not be used, or that nobody has asked for. */
  get unused(): readonly string[] {
    for (const [key, value] of this.#entries) if (!this.#read.has(key)) this.refuse(key, value);
    return [...this.#refused];
  }
}

/** Entries as the part of an address after the question mark. */
export function writeQuery(entries: readonly (readonly [string, string | number])[]): string {
  return entries
    .map(([key, value]) => `${key}=${encodeURIComponent(value).replaceAll("%3A", ":").replaceAll("%2C", ",")}`)
    .join("&");
}
