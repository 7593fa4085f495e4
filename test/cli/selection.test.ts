import { describe, expect, test } from "vitest";
import { type Selection, selectedRows } from "../../src/cli/io/selection.js";

const digits = [7, 0, 7, 3, 0, 7];
const rows = (selection: Selection, labels: ArrayLike<string | number> | undefined = digits) => [
  ...selectedRows(labels, 6, selection, "dots"),
];

describe("a selection of images", () => {
  test.each<[Selection, number[]]>([
    [{}, [0, 1, 2, 3, 4, 5]],
    [{ limit: 2 }, [0, 1]],
    [{ only: ["7"] }, [0, 2, 5]],
    [{ only: ["3", "0"] }, [1, 3, 4]],
    [{ perClass: 1 }, [1, 3, 0]],
    [{ perClass: 1, limit: 2 }, [1, 3]],
    [{ only: ["7", "0"], perClass: 2 }, [1, 4, 0, 2]],
    [{ only: ["7"], perClass: 2, limit: 1 }, [0]],
  ])("takes %j", (selection, expected) => {
    expect(rows(selection)).toEqual(expected);
  });

  test("takes classes with names in the order of their first images", () => {
    expect(rows({ perClass: 1 }, ["dog", "cat", "dog", "ant", "cat", "ant"])).toEqual([0, 1, 3]);
  });

  test.each<[Selection, ArrayLike<string | number> | undefined, string]>([
    [{ limit: 7 }, digits, "--limit is 7 but dots has only 6 images; use a smaller number"],
    [{ limit: 4, only: ["7"] }, digits, "--limit is 4 but dots has only 3 images; use a smaller number"],
    [{ perClass: 2 }, digits, '--per-class is 2 but class "3" has 1 images; use at most that number'],
    [{ only: ["8"] }, digits, '--only is "8"; expected 7, 0 or 3'],
    [{ only: ["hart"] }, ["heart", "star", "a", "b", "c", "d"], '--only is "hart"; did you mean heart? '],
  ])("refuses %j", (selection, labels, message) => {
    expect(() => rows(selection, labels)).toThrow(message);
  });

  test("by label needs labels", () => {
    expect(() => selectedRows(undefined, 6, { only: ["a"] }, "dots")).toThrow("--only needs labelled images, but dots");
    expect(() => selectedRows(undefined, 6, { perClass: 1 }, "dots")).toThrow("--per-class needs labelled images");
  });
});
