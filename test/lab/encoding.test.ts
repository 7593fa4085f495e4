import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeUnits, encodeUnits } from "../../lab/src/encoding.js";

const units = fc.uint8Array({ max: 1, maxLength: 600 });

test("units survive the way through an address", () => {
  fc.assert(
    fc.property(units, (some) => {
      const text = encodeUnits(some);
      expect(encodeURIComponent(text)).toBe(text);
      expect(decodeUnits(text, some.length)).toEqual(some);
    }),
  );
});

test("long runs are short", () => {
  const picture = new Uint8Array(4096).fill(1, 1000, 3000);
  expect(encodeUnits(picture).length).toBeLessThan(8);
  expect(decodeUnits(encodeUnits(picture), 4096)).toEqual(picture);
  expect(encodeUnits(new Uint8Array(4096))).toBe("");
});

test("any other text is refused or read as units, and never more of them than asked for", () => {
  const text = fc.oneof(
    fc.string(),
    fc.stringMatching(/^[rb][\w-]*$/),
    fc.uint8Array({ maxLength: 40 }).map((bytes) => `r${Buffer.from(bytes).toString("base64url")}`),
  );
  fc.assert(
    fc.property(text, fc.nat(300), (some, count) => {
      const read = decodeUnits(some, count);
      if (read !== undefined) expect(read.length).toBe(count);
    }),
  );
});
