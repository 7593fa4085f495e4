import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { DataError, EngramError, ShapeError } from "../../src/errors.js";
import { Random } from "../../src/math/index.js";
import { encodePng, readGrey, readImages, writeGreyPng, writePng } from "../../src/node/index.js";
import { damagedBytes } from "../support/damaged-bytes.js";
import { temporaryFolder } from "../support/folder.js";

/** An image of one grey value with a white square in its upper left quarter. */
function square(size: number, grey = 0) {
  const pixels = Uint8Array.from({ length: size * size }, (_, i) =>
    i % size < size / 2 && i < (size * size) / 2 ? 255 : grey,
  );
  return sharp(pixels, { raw: { width: size, height: size, channels: 1 } });
}

describe("readImages", () => {
  test.each(["png", "jpeg", "webp"] as const)("reads %s", async (format) => {
    const path = join(temporaryFolder(), "a.picture");
    writeFileSync(path, await square(32).toFormat(format).toBuffer());
    const set = await readImages([path], { size: [4, 4] });
    expect(set.shape).toEqual([4, 4]);
    expect([...set.binary(0)]).toEqual([1, 1, 0, 0, 1, 1, 0, 0, ...Array(8).fill(0)]);
  });

  test("takes files as given, folders in the order of their names, and labels by file name", async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, "more"));
    const image = await square(4).png().toBuffer();
    for (const name of ["z.png", "more/b.PNG", "more/a.webp", "more/c.jpeg", "more/.hidden.png"]) {
      writeFileSync(join(folder, name), image);
    }
    writeFileSync(join(folder, "more/notes.txt"), "no image");
    const set = await readImages([join(folder, "z.png"), join(folder, "more")]);
    expect(set.labels).toEqual(["z", "a", "b", "c"]);
    expect(set.shape).toEqual([4, 4]);
  });

  test("makes bright pixels +1, or dark ones with invert, cut at the threshold", async () => {
    const path = join(temporaryFolder(), "a.png");
    writeFileSync(
      path,
      await sharp(Uint8Array.of(0, 100, 127, 128), { raw: { width: 4, height: 1, channels: 1 } })
        .png()
        .toBuffer(),
    );
    const read = async (options: object) => [...(await readImages([path], options)).binary(0)];
    expect(await read({})).toEqual([0, 0, 0, 1]);
    expect(await read({ threshold: 99 })).toEqual([0, 1, 1, 1]);
    expect(await read({ invert: true })).toEqual([1, 1, 1, 0]);
  });

  test("gives the colour of paper to what is transparent and to what the picture does not cover", async () => {
    const path = join(temporaryFolder(), "a.png");
    // Left half grey that is opaque, right half transparent; scaled to a square, it leaves bands above and below.
    const pixels = Uint8Array.from([200, 200, 200, 255, 200, 200, 200, 0]);
    writeFileSync(
      path,
      await sharp(pixels, { raw: { width: 2, height: 1, channels: 4 } })
        .png()
        .toBuffer(),
    );
    expect([...(await readGrey(path, { size: [2, 2] })).pixels.subarray(0, 2)]).toEqual([200, 0]);
    const tall = await readImages([path], { size: [4, 2] });
    expect([...tall.binary(0)].map((_, i) => tall.spins(0)[i]).reduce((a, b) => a + b)).toBe(1 - 7);
    const inverted = await readImages([path], { size: [4, 2], invert: true, threshold: 220 });
    expect(inverted.binary(0).reduce((a, b) => a + b)).toBe(1);
  });

  test("reads pictures of 16 bits a channel and in colour", async () => {
    const path = join(temporaryFolder(), "a.png");
    const pixels = Uint16Array.of(0, 40000, 65535);
    const image = sharp(pixels, { raw: { width: 3, height: 1, channels: 1 } });
    writeFileSync(path, await image.toColourspace("grey16").png().toBuffer());
    expect([...(await readGrey(path)).pixels]).toEqual([0, 155, 255]);
    const colour = sharp({ create: { width: 2, height: 2, channels: 3, background: "white" } });
    writeFileSync(path, await colour.png().toBuffer());
    expect(await readGrey(path)).toMatchObject({ shape: [2, 2], pixels: Uint8Array.of(255, 255, 255, 255) });
  });

  test("refuses what is no image, naming the file", async () => {
    const folder = temporaryFolder();
    const png = await square(64, 90).png().toBuffer();
    writeFileSync(join(folder, "text.png"), "not an image");
    writeFileSync(join(folder, "drawing.png"), '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>');
    writeFileSync(join(folder, "cut.png"), png.subarray(0, 60));
    writeFileSync(join(folder, "nothing.png"), "");
    writeFileSync(join(folder, "large.png"), await square(600).png().toBuffer());
    mkdirSync(join(folder, "empty"));
    for (const [path, line] of [
      ["text.png", /text\.png contains no PNG, JPEG or WebP image; convert it to one$/],
      ["drawing.png", /drawing\.png contains no PNG, JPEG or WebP image/],
      ["cut.png", /cut\.png is a damaged image: download or export it again$/],
      ["nothing.png", /nothing\.png is an empty file: download or export it again$/],
      ["none.png", /none\.png cannot be read: there is no such file or folder$/],
      ["empty", /empty holds no PNG, JPEG or WebP images; give a folder that does$/],
      ["large.png", /large\.png has 360000 pixels, one per unit; give a smaller size, such as 32x32$/],
    ] as const) {
      const failure = await readImages([join(folder, path)]).catch((error) => error);
      expect(failure).toBeInstanceOf(DataError);
      expect(failure.message).toMatch(line);
      expect(failure.message).not.toContain("\n");
    }
  });

  test("refuses pictures of two sizes where none is asked for", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "a.png"), await square(4).png().toBuffer());
    writeFileSync(join(folder, "b.png"), await square(6).png().toBuffer());
    await expect(readImages([folder])).rejects.toThrow(ShapeError);
    await expect(readImages([folder])).rejects.toThrow(/b\.png is 6x6 pixels but .*a\.png is 4x4; give a size for all/);
    expect((await readImages([folder], { size: [4, 4] })).count).toBe(2);
  });

  test("survives damage", async () => {
    const path = join(temporaryFolder(), "a.png");
    const sound = await Promise.all((["png", "jpeg", "webp"] as const).map((f) => square(16).toFormat(f).toBuffer()));
    await fc.assert(
      fc.asyncProperty(fc.oneof(...sound.map((bytes) => damagedBytes(Uint8Array.from(bytes)))), async (damaged) => {
        writeFileSync(path, damaged);
        const outcome = await readImages([path], { size: [8, 8] }).catch((error) => error);
        if (outcome instanceof Error) expect(outcome).toBeInstanceOf(EngramError);
        else expect(outcome.units).toBe(64);
      }),
      { numRuns: 200 },
    );
  });
});

describe("writePng", () => {
  test("writes a pixel a unit, or a block, white for +1", async () => {
    const path = join(temporaryFolder(), "a.png");
    await writePng(path, [1, -1, -1, 1, 1, 1], [2, 3]);
    expect(await readGrey(path)).toEqual({ shape: [2, 3], pixels: Uint8Array.of(255, 0, 0, 255, 255, 255) });
    await writePng(path, [1, 0], [1, 2], 3, true);
    expect(await readGrey(path)).toMatchObject({ shape: [3, 6] });
    expect([...(await readGrey(path)).pixels.subarray(0, 6)]).toEqual([0, 0, 0, 255, 255, 255]);
    expect(readFileSync(path).subarray(1, 4).toString()).toBe("PNG");
  });

  test("comes back exactly, whatever the scale", async () => {
    const path = join(temporaryFolder(), "a.png");
    const random = new Random(3);
    const state = Int8Array.from({ length: 28 * 20 }, () => (random.bernoulli(0.5) ? 1 : -1));
    for (const scale of [1, 2, 3, 7, 8]) {
      for (const invert of [false, true]) {
        writeFileSync(path, await encodePng(state, [28, 20], scale, invert));
        expect((await readImages([path], { size: [28, 20], invert })).spins(0)).toEqual(state);
      }
    }
  });

  test("gives plain bytes", async () => {
    expect((await encodePng([1, -1], [1, 2])).constructor).toBe(Uint8Array);
  });

  test("refuses a state that is not of the shape", async () => {
    await expect(encodePng([1, -1], [2, 2])).rejects.toThrow("state has 2 units; a picture of 2x2 needs 4");
  });
});

test("writeGreyPng writes a sheet as it is, or larger", async () => {
  const path = join(temporaryFolder(), "sheet.png");
  const image = { pixels: Uint8Array.of(0, 1, 127, 128, 254, 255), shape: [2, 3] } as const;
  await writeGreyPng(path, image);
  expect(await readGrey(path)).toEqual(image);
  await writeGreyPng(path, image, 2);
  const { pixels, shape } = await readGrey(path);
  expect(shape).toEqual([4, 6]);
  expect([...pixels.subarray(0, 6)]).toEqual([0, 0, 1, 1, 127, 127]);
  await expect(writeGreyPng(path, { pixels: new Uint8Array(1e6), shape: [1000, 1000] }, 64)).rejects.toThrow(
    "scale is 64 for a picture of 1000x1000; the file would have more than 67108864 pixels: use a smaller scale",
  );
});
