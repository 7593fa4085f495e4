import { PatternSet } from "engram/patterns";

/** What `digits.txt` beside the file says of it. */
const [CLASSES, EACH, SIDE] = [10, 30, 28];

/**
 * The digits that come with the lab: 30 of each class of MNIST's test part, class by class, labelled "0" to "9".
 *
 * @throws Error where the server does not answer with the whole file
 */
export async function bundledDigits(address: string): Promise<PatternSet> {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address} answered ${response.status}`);
  const bytes = new Uint8Array(await response.arrayBuffer());
  const [count, units] = [CLASSES * EACH, SIDE * SIDE];
  if (8 * bytes.length !== count * units) throw new Error(`${address} has ${bytes.length} bytes; it is damaged`);
  const rows = Array.from({ length: count }, (_, row) =>
    Uint8Array.from({ length: units }, (_, i) => {
      const at = row * units + i;
      return (bytes[at >> 3] >> (at & 7)) & 1;
    }),
  );
  const labels = rows.map((_, row) => String(Math.floor(row / EACH)));
  return PatternSet.from(rows, { shape: [SIDE, SIDE], labels });
}

/** The first ones of each class, class by class. */
export function firstOfEach(set: PatternSet, perClass: number): PatternSet {
  return set.select(
    Array.from({ length: CLASSES * perClass }, (_, k) => Math.floor(k / perClass) * EACH + (k % perClass)),
  );
}

/** Where the file lies beside the page. */
export function digitsAddress(): string {
  return new URL("digits.bin", document.baseURI).href;
}
