import { describe, expect, test } from "vitest";
import { canvasFor, drawPictures, hasColours, layoutOf, plain, safeJson, safeText } from "../../src/node/index.js";

const ascii = { blocks: false, colours: false, columns: 80 };
const blocks = { blocks: true, colours: false, columns: 80 };
// Ink in the four ways that two units above each other can have it; the third row has none below it.
const state = [1, -1, 1, -1, -1, 1, 1, -1, 1, -1, -1, -1];

describe("drawPictures", () => {
  test("draws two units a character, in half blocks or in ASCII", () => {
    expect(drawPictures([{ state, caption: "cue" }], [3, 4], blocks)).toBe("▀▄█\n▀\ncue");
    expect(drawPictures([{ state, caption: "cue" }], [3, 4], ascii)).toBe("'.#\n'\ncue");
  });

  test("puts pictures side by side, as many as fit", () => {
    const pictures = ["cue", "recalled", "c"].map((caption) => ({ state, caption }));
    expect(drawPictures(pictures, [3, 4], ascii).split("\n")).toEqual([
      "'.#   '.#   '.#",
      "'     '     '",
      "cue   rec~  c",
    ]);
    expect(drawPictures(pictures, [3, 4], { ...ascii, columns: 11 }).split("\n")).toEqual([
      "'.#   '.#",
      "'     '",
      "cue   rec~",
      "",
      "'.#",
      "'",
      "c",
    ]);
  });

  test("thins out a picture that is too wide", () => {
    const lines = drawPictures([{ state: Array(64).fill(1), caption: "" }], [8, 8], { ...ascii, columns: 4 }).split(
      "\n",
    );
    expect(lines).toEqual(["####", "####", ""]);
  });

  test("marks wrong units in red where there are colours, and nowhere else", () => {
    const picture = { state: [1, -1, 1, -1], truth: [1, -1, -1, 1], caption: "" };
    expect(drawPictures([picture], [2, 2], blocks)).toBe("█\n");
    // Left: ink above is right and ink below is wrong; right: ink below is missing.
    const drawn = drawPictures([picture], [2, 2], { ...blocks, colours: true });
    expect(drawn).toBe("\x1b[101m▀\x1b[0m\x1b[31m▄\x1b[0m\n");
  });

  test("refuses a state that is not of the shape", () => {
    expect(() => drawPictures([{ state: [1], caption: "" }], [2, 2], ascii)).toThrow(
      "state has 1 units; the picture is 2x2",
    );
  });
});

describe("canvasFor", () => {
  const terminal = { isTTY: true, columns: 60 };
  const utf8 = { LANG: "en_GB.UTF-8" };

  test("gives plain ASCII to what is no terminal and no colours where none are wanted", () => {
    expect(canvasFor({}, utf8)).toEqual({ blocks: false, colours: false, columns: 80 });
    expect(canvasFor({}, { ...utf8, COLUMNS: "44" }).columns).toBe(44);
    expect(canvasFor(terminal, utf8)).toEqual({ blocks: true, colours: true, columns: 60 });
    expect(canvasFor(terminal, { ...utf8, NO_COLOR: "1" })).toMatchObject({ blocks: true, colours: false });
    expect(canvasFor(terminal, { ...utf8, TERM: "dumb" })).toMatchObject({ blocks: false, colours: false });
  });

  test.each([
    [{ LC_ALL: "C" }, "linux", false],
    [{ LC_ALL: "C", LANG: "en_GB.UTF-8" }, "linux", false],
    [{ LC_ALL: "", LC_CTYPE: "UTF-8", LANG: "C" }, "darwin", true],
    [{ LC_ALL: "C.utf8" }, "linux", true],
    [{ LANG: "de_DE.ISO-8859-1" }, "linux", false],
    [{}, "linux", false],
    [{}, "win32", true],
  ] as const)("draws half blocks only in a UTF-8 locale: %j on %s: %s", (environment, platform, blocks) => {
    expect(canvasFor(terminal, environment, platform)).toMatchObject({ blocks, colours: true });
  });

  test("colours what FORCE_COLOR wants coloured, unless NO_COLOR is set", () => {
    expect(canvasFor({}, { ...utf8, FORCE_COLOR: "1" })).toEqual({ blocks: true, colours: true, columns: 80 });
    expect(canvasFor({}, { LC_ALL: "C", FORCE_COLOR: "1" })).toMatchObject({ blocks: false, colours: true });
    expect(hasColours(terminal, { FORCE_COLOR: "0" })).toBe(false);
    expect(hasColours({}, { FORCE_COLOR: "1", NO_COLOR: "1" })).toBe(false);
    expect(hasColours({}, { FORCE_COLOR: "" })).toBe(false);
  });
});

describe("pictures at 80 columns", () => {
  test("stand side by side, three of them, however wide they are", () => {
    expect(layoutOf(3, 16, 80)).toEqual({ perLine: 3, width: 16, gap: "  " });
    for (const width of [26, 27, 28, 32, 64, 200]) {
      const { perLine, ...layout } = layoutOf(3, width, 80);
      expect([width, perLine, layout.width]).toEqual([width, 3, 26]);
      expect(3 * layout.width + 2 * layout.gap.length).toBeLessThanOrEqual(80);
    }
    expect(layoutOf(1, 64, 80)).toEqual({ perLine: 1, width: 64, gap: "  " });
    expect(layoutOf(2, 300, 80)).toMatchObject({ perLine: 2, width: 39 });
  });

  test("are drawn by the units in the middle of their cells, in proportion", () => {
    // A diagonal stays one, and the picture a square.
    const state = Array.from({ length: 64 * 64 }, (_, k) => (k % 65 === 0 ? 1 : -1));
    const line = Array(64 * 64).fill(1);
    const pictures = [state, line, line].map((state) => ({ state, caption: "p" }));
    const lines = drawPictures(pictures, [64, 64], ascii).split("\n");
    expect(lines).toHaveLength(13 + 1);
    expect(Math.max(...lines.map((line) => line.length))).toBe(80);
    expect(lines[0].slice(27, 53)).toBe("#".repeat(26));
  });
});

test("wrong units are marked in ASCII as well where there are colours", () => {
  const picture = { state: [1, -1, 1, -1], truth: [1, -1, -1, 1], caption: "" };
  const drawn = drawPictures([picture], [2, 2], { ...ascii, colours: true });
  expect(drawn).toBe("\x1b[41m#\x1b[0m\x1b[41m \x1b[0m\n");
});

describe("external text", () => {
  test("loses its commands to the terminal and its marks of direction", () => {
    expect(plain("a\x1b[31mb\nc\x9b")).toBe("a [31mb c ");
    expect(plain("a\u202eb\u2066c\u200fd\u2028e")).toBe("a b c d e");
  });

  test("keeps the colours of a line and nothing else", () => {
    const coloured = "\x1b[31mred\x1b[39m \x1b[91;101m\u2580\x1b[0m";
    expect(safeText(coloured, {}, {})).toBe(coloured);
    expect(safeText("a\x1b[2Jb\x1b]0;title\x07c\x1b[8md\u202e\ne", {}, {})).toBe("a [2Jb ]0;title c [8md \ne");
  });

  test("becomes ASCII in a locale that has nothing else", () => {
    expect(safeText("Z\u00fcrich \ud83e\udd86", {}, { LC_ALL: "C" })).toBe("Z?rich ?");
    expect(safeText("Z\u00fcrich", { isTTY: true }, {})).toBe(process.platform === "win32" ? "Z\u00fcrich" : "Z?rich");
    expect(safeText("Z\u00fcrich", {}, {})).toBe("Z\u00fcrich");
  });

  test("has the same value in JSON", () => {
    const value = { name: "a\u202e\x9b\u2028\x1b", line: "b\nc" };
    const text = safeJson(JSON.stringify(value, null, 2));
    expect(text).not.toMatch(/[^\n -~]/);
    expect(JSON.parse(text)).toEqual(value);
  });
});
