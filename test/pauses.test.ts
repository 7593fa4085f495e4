import { afterEach, describe, expect, test, vi } from "vitest";
import { Pauses } from "../src/pauses.js";

afterEach(() => {
  vi.unstubAllGlobals();
});

/** Works for `milliseconds` and pauses where that is due; tells whether a timer of 50 ms was heard meanwhile. */
async function work(milliseconds: number): Promise<boolean> {
  const pauses = new Pauses();
  let heard = false;
  setTimeout(() => {
    heard = true;
  }, 50);
  for (const end = Date.now() + milliseconds; Date.now() < end; ) if (pauses.due) await pauses.take();
  return heard;
}

describe("work that pauses", () => {
  for (const place of ["Node", "a page"]) {
    test(`lets a timer in before it is over, in ${place}`, async () => {
      if (place === "a page") vi.stubGlobal("setImmediate", undefined);
      expect(await work(400)).toBe(true);
    });
  }

  test("has no pause due at once", () => {
    expect(new Pauses().due).toBe(false);
  });
});
