import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ArgumentError, DataError } from "../../src/errors.js";
import { pictureParts, readDataSet, readGreyImages, readImages, readPictures } from "../../src/node/index.js";
import { type Warning, warningMessage } from "../../src/warnings.js";
import { temporaryFolder } from "../support/folder.js";
import { putPng } from "../support/pictures.js";

/** A folder of pictures of 1 x 2 pixels, white on the left only. */
async function folderOf(...names: string[]): Promise<string> {
  const folder = temporaryFolder();
  for (const name of names) await putPng(folder, name, Uint8Array.of(1, 0), [1, 2]);
  return folder;
}

describe("a folder of pictures", () => {
  test.each([
    [["b.png", "10.png", "2.png"], [["-", "2.png 10.png b.png", undefined]]],
    [["dog/0.png", "cat/1.png", "cat/0.png"], [["-", "cat/0.png cat/1.png dog/0.png", "cat dog"]]],
    [["10/a.png", "9/b.png"], [["-", "9/b.png 10/a.png", "9 10"]]],
    [
      ["train/0.png", "test/0.png"],
      [
        ["test", "test/0.png", undefined],
        ["train", "train/0.png", undefined],
      ],
    ],
    [["train/0.png", "car/0.png"], [["-", "car/0.png train/0.png", "car train"]]],
    [
      ["train/dog/0.png", "train/cat/0.png", "test/emu/0.png"],
      [
        ["test", "test/emu/0.png", "cat dog emu"],
        ["train", "train/cat/0.png train/dog/0.png", "cat dog emu"],
      ],
    ],
    [["cat/0.png", "__MACOSX/cat/0.png", ".cache/0.png", "cat/._0.png", "@eaDir/x/0.png"], [["-", "cat/0.png", "cat"]]],
  ])("of %j has the parts %j", async (names, expected) => {
    const folder = await folderOf(...names);
    mkdirSync(join(folder, "notes"));
    writeFileSync(join(folder, "notes/labels.csv"), "0,1");
    writeFileSync(join(folder, "README.md"), "pictures");
    const found = (await pictureParts(folder)).map(({ name = "-", files, classes }) => [
      name,
      files.map(({ path }) => path.slice(folder.length + 1)).join(" "),
      classes?.join(" "),
    ]);
    expect(found).toEqual(expected);
  });

  test.each([
    [
      ["a.png", "cat/0.png"],
      /holds the picture a\.png beside the folder of pictures cat; give a folder of pictures, or one/,
    ],
    [
      ["cat/0.png", "dog/old/0.png"],
      /holds pictures at different depths, \S+cat\/0\.png and \S+dog\/old\/0\.png; give/,
    ],
    [["train/cat/0.png", "train/1.png"], /train holds the picture 1\.png beside the folder of pictures cat/],
    [
      ["a/b/c/0.png"],
      /holds pictures nested in 3 folders, such as \S+a\/b\/c\/0\.png; expected at most a part and a class/,
    ],
  ])("of %j is refused in one clear line", async (names, line) => {
    const folder = await folderOf(...names);
    for (const read of [readDataSet, readGreyImages, (path: string) => readImages([path])]) {
      const error = await read(folder).catch((thrown) => thrown);
      expect(error).toBeInstanceOf(DataError);
      expect(error.message).toMatch(line);
      expect(error.message.length).toBeLessThan(400);
    }
  });

  test("follows links", async () => {
    const folder = await folderOf("cat/0.png");
    symlinkSync(join(folder, "cat"), join(folder, "dog"));
    expect((await pictureParts(folder))[0].classes).toEqual(["cat", "dog"]);
  });

  test("is read with its classes by every function", async () => {
    const folder = await folderOf("dog/0.png", "dog/1.png", "cat/9.png");
    expect((await readImages([folder])).labels).toEqual(["cat", "dog", "dog"]);
    expect(await readPictures([folder])).toMatchObject({ labels: ["cat", "dog", "dog"], classes: ["cat", "dog"] });
    expect((await readDataSet(folder, { perClass: 1 })).labels).toEqual(["cat", "dog"]);
    expect(await readGreyImages(folder)).toEqual({
      values: Uint8Array.of(255, 0, 255, 0, 255, 0),
      count: 3,
      shape: [1, 2],
      labels: Uint8Array.of(0, 1, 1),
      classes: ["cat", "dog"],
    });
    await expect(readDataSet(folder, { perClass: 2 })).rejects.toThrow("perClass is 2 but class cat has 1 images");
    await expect(readGreyImages(folder, { split: "test" })).rejects.toThrow(ArgumentError);
  });

  test("has names in place of classes if it is flat", async () => {
    const { names, labels, classes } = await readGreyImages(await folderOf("b.png", "a.png"));
    expect([names, labels, classes]).toEqual([["a", "b"], undefined, undefined]);
  });

  test("numbers the classes alike in all parts, and takes the part that is asked for, else train", async () => {
    const folder = await folderOf("Train/cat/0.png", "Train/dog/0.png", "test/dog/0.png");
    const read = async (split?: string) => [...((await readGreyImages(folder, { split })).labels ?? [])];
    expect([await read(), await read("test")]).toEqual([[0, 1], [1]]);
    expect((await readDataSet(folder, { split: "test" })).labels).toEqual(["dog"]);
    await expect(read("val")).rejects.toThrow(`${folder} has no part "val"; expected one of its parts: Train, test`);
  });

  test("gives the first pictures of each class in turn", async () => {
    const folder = await folderOf("a/0.png", "a/1.png", "a/2.png", "b/0.png", "c/0.png");
    expect((await readPictures([folder], { limit: 4 })).labels).toEqual(["a", "b", "c", "a"]);
  });
});

describe("a picture that cannot be read", () => {
  async function spoilt() {
    const folder = await folderOf("cat/0.png", "cat/1.png", "dog/0.png", "dog/1.png");
    writeFileSync(join(folder, "cat/0.png"), "no picture");
    writeFileSync(join(folder, "dog/1.png"), "");
    writeFileSync(join(folder, "dog/2.gif"), "GIF89a");
    return folder;
  }

  test("in a folder is skipped with a warning, if somebody hears it", async () => {
    const folder = await spoilt();
    const warnings: Warning[] = [];
    const { labels } = await readPictures([folder], { onWarning: (warning) => warnings.push(warning) });
    expect(labels).toEqual(["cat", "dog"]);
    const skipped = [
      { file: join(folder, "cat/0.png"), flaw: "format" },
      { file: join(folder, "dog/1.png"), flaw: "empty" },
      { file: join(folder, "dog/2.gif"), flaw: "format" },
    ];
    expect(warnings).toEqual([{ code: "skipped-pictures", folder, skipped }]);
    expect(warningMessage(warnings[0])).toBe(
      `3 of the pictures in ${folder} cannot be read and are skipped: ${skipped[0].file} is not a PNG, JPEG or WebP image, ` +
        `${skipped[1].file} is empty, ${skipped[2].file} is not a PNG, JPEG or WebP image`,
    );
  });

  test("does not count", async () => {
    const options = { perClass: 1, limit: 2, onWarning: () => undefined };
    expect((await readPictures([await spoilt()], options)).labels).toEqual(["dog", "cat"]);
    await expect(readPictures([await spoilt()], { ...options, perClass: 2, limit: 4 })).rejects.toThrow(
      "perClass is 2 but class cat has 1 images",
    );
  });

  test("is an error where nobody hears a warning, with strict, and by its own name", async () => {
    const folder = await spoilt();
    const onWarning = () => undefined;
    for (const [path, options] of [
      [folder, {}],
      [folder, { onWarning, strict: true }],
      [join(folder, "cat/0.png"), { onWarning }],
    ] as const) {
      await expect(readPictures([path], options)).rejects.toThrow(
        `${join(folder, "cat/0.png")} contains no PNG, JPEG or WebP image; convert it to one`,
      );
    }
  });

  test("is an error if there is no other", async () => {
    const folder = temporaryFolder();
    for (const name of ["a.png", "b.png"]) writeFileSync(join(folder, name), "");
    await expect(readPictures([folder], { onWarning: () => undefined })).rejects.toThrow(
      `none of the pictures in ${folder} can be read: ${join(folder, "a.png")} is an empty file: download or export it again`,
    );
  });
});
