import { describe, expect, test } from "vitest";
import { canvasFor, drawPictures, plain } from "../../src/node/index.js";

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

test("canvasFor gives plain ASCII to what is no terminal and no colours where none are wanted", () => {
  expect(canvasFor({}, {})).toEqual({ blocks: false, colours: false, columns: 100 });
  expect(canvasFor({ isTTY: true, columns: 60 }, {})).toEqual({ blocks: true, colours: true, columns: 60 });
  expect(canvasFor({ isTTY: true, columns: 60 }, { NO_COLOR: "1" })).toMatchObject({ blocks: true, colours: false });
  expect(canvasFor({ isTTY: true, columns: 60 }, { TERM: "dumb" })).toMatchObject({ blocks: false, colours: false });
});

test("plain takes the commands to the terminal out of a text", () => {
  expect(plain("a\x1b[31mb\nc\x9b")).toBe("a [31mb c ");
});
