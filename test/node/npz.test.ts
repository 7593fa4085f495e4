import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { crc32, deflateRawSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ShapeError, StorageError } from "../../src/errors.js";
import { binary, Random, Rbm, spin } from "../../src/index.js";
import { decodeNpz, encodeNpz, loadScikitLearn, saveScikitLearn } from "../../src/node/index.js";
import { fromScikitLearn, toScikitLearn } from "../../src/storage/index.js";
import { machine } from "../models/rbm-machines.js";
import { damagedBytes } from "../support/damaged-bytes.js";
import { temporaryFolder } from "../support/folder.js";
import { needNumPy } from "../support/need.js";

/**
 * What NumPy 2.4 writes by savez_compressed of components, numpy.arange(6).reshape(2, 3) / 4 - 0.5 in Fortran order,
 * intercept_hidden, [0.1, -2], and intercept_visible, [0.001, 0, -7] in single precision.
 */
const fixture = Buffer.from(
  "UEsDBC0AAAAIAAAAIQBflHlp//////////8OABQAY29tcG9uZW50cy5ucHkBABAAsAAAAAAAAABYAAAAAAAAAJvsF+obEMnIUMZQrZ6SWpxcpG6loG6TZqGuo6Cell9UUpSYF59flJIKEg8pKk0FChdnJBakArkaRjoKxpo6CrUK5AMuBjB4sB9CX7CH0lD+AygfBl7YAwBQSwMELQAAAAgAAAAhAEQ3AIn//////////xQAFABpbnRlcmNlcHRfaGlkZGVuLm5weQEAEACQAAAAAAAAAE4AAAAAAAAAm+wX6hsQychQxlCtnpJanFykbqWgbpNmoa6joJ6WX1RSlJgXn1+UkgoSd0vMKU4FihdnJBakAvkaRjqaOgq1ChQArlkzQWCnPQMEHAAAUEsDBC0AAAAIAAAAIQDIsfDH//////////8VABQAaW50ZXJjZXB0X3Zpc2libGUubnB5AQAQAIwAAAAAAAAATQAAAAAAAACb7BfqGxDJyFDGUK2eklqcXKRupaBuk2airqOgnpZfVFKUmBefX5SSChJ3S8wpTgWKF2ckFqQC+RrGOpo6CrUKFACufKFmKwYweHAAAFBLAQItAy0AAAAIAAAAIQBflHlpWAAAALAAAAAOAAAAAAAAAAAAAACAAQAAAABjb21wb25lbnRzLm5weVBLAQItAy0AAAAIAAAAIQBENwCJTgAAAJAAAAAUAAAAAAAAAAAAAACAAZgAAABpbnRlcmNlcHRfaGlkZGVuLm5weVBLAQItAy0AAAAIAAAAIQDIsfDHTQAAAIwAAAAVAAAAAAAAAAAAAACAASwBAABpbnRlcmNlcHRfdmlzaWJsZS5ucHlQSwUGAAAAAAMAAwDBAAAAwAEAAAAA",
  "base64",
);

const saved = (bytes: Uint8Array) => {
  const path = join(temporaryFolder(), "rbm.npz");
  writeFileSync(path, bytes);
  return path;
};

describe("scikit-learn's BernoulliRBM", () => {
  test("comes from a file that NumPy wrote, its components transposed", async () => {
    const { visible, hidden, weights } = await loadScikitLearn(saved(fixture));
    expect([visible.type, visible.count, hidden.type, hidden.count]).toEqual(["binary", 3, "binary", 2]);
    expect([...weights.values]).toEqual([-0.5, 0.25, -0.25, 0.5, 0, 0.75]);
    expect([...hidden.parameters]).toEqual([0.1, -2]);
    expect([...visible.parameters]).toEqual([Math.fround(0.001), 0, -7]);
  });

  test("goes there and comes back to the last bit, by the same bytes every time", async () => {
    const random = new Random(3);
    const rbm = machine(binary(5), binary(4), random);
    random.word();
    rbm.hidden.parameters.forEach((_, j) => {
      rbm.hidden.parameters[j] = random.normal();
    });
    const path = join(temporaryFolder(), "rbm.npz");
    await saveScikitLearn(path, rbm);
    const bytes = readFileSync(path);
    const back = await loadScikitLearn(path);
    expect(back.weights).toEqual(rbm.weights);
    expect(back.hidden.parameters).toEqual(rbm.hidden.parameters);
    await saveScikitLearn(path, back);
    expect(readFileSync(path)).toEqual(bytes);
  });

  test("is what NumPy reads and writes here", async (context) => {
    const python = needNumPy(context);
    const folder = temporaryFolder();
    const random = new Random(5);
    const rbm = machine(binary(7), binary(3), random);
    await saveScikitLearn(join(folder, "ours.npz"), rbm);
    const script = `
import numpy
a = numpy.load("ours.npz")
W, c, b = a["components"], a["intercept_hidden"], a["intercept_visible"]
assert W.shape == (3, 7) and W.dtype == numpy.float64 and c.shape == (3,) and b.shape == (7,)
v = numpy.array([1, 0, 1, 1, 0, 0, 1])
print(repr([float(x) for x in -(v @ b) - numpy.logaddexp(0, c + W @ v).sum(keepdims=True)]))
numpy.savez("fortran.npz", components_=numpy.asfortranarray(W), intercept_hidden_=c, intercept_visible_=b)
numpy.savez_compressed("c.npz", components=W, intercept_hidden=c, intercept_visible=b)
numpy.savez("big.npz", components=W.astype(">f8"), intercept_hidden=c.astype(">f4"), intercept_visible=b.astype("i2"))
`;
    const { status, stdout, stderr } = spawnSync(python, ["-c", script], { cwd: folder, encoding: "utf8" });
    expect(stderr).toBe("");
    expect(status).toBe(0);
    const v = Float64Array.of(1, 0, 1, 1, 0, 0, 1);
    expect(JSON.parse(stdout)[0]).toBeCloseTo(rbm.freeEnergy(v)[0], 12);
    for (const file of ["fortran.npz", "c.npz", "big.npz"]) {
      expect((await loadScikitLearn(join(folder, file))).weights, file).toEqual(rbm.weights);
    }
  });

  test("has binary units alone, and arrays that fit each other", () => {
    const rbm = new Rbm({ visible: binary(2), hidden: spin(2) });
    expect(() => toScikitLearn(rbm)).toThrow(
      "the hidden units are spin; scikit-learn's BernoulliRBM has only binary units",
    );
    const fits = { components: [[1, 2, 3]], interceptHidden: [1], interceptVisible: [1, 2, 3] };
    expect(fromScikitLearn(fits).visible.count).toBe(3);
    expect(() => fromScikitLearn({ ...fits, interceptHidden: [1, 2] })).toThrow(
      "interceptHidden has 2 values; components has 1 hidden units, which are its rows",
    );
    expect(() => fromScikitLearn({ ...fits, interceptVisible: [1] })).toThrow(ShapeError);
    expect(() => fromScikitLearn({ ...fits, components: [[1, Number.NaN, 3]] })).toThrow("components[0][1] is NaN");
  });
});

describe("a .npz file", () => {
  const row = (...values: number[]) => ({ shape: [values.length], values: Float64Array.from(values) });

  test("keeps arrays of any shape", async () => {
    const arrays = new Map([
      ["a", row(1, 2)],
      ["scalar", { shape: [], values: Float64Array.of(3) }],
      ["cube", { shape: [2, 1, 2], values: Float64Array.of(1, -0, Number.NaN, 5) }],
    ]);
    expect(await decodeNpz(await encodeNpz(arrays))).toEqual(arrays);
  });

  test.each<[string, () => Promise<Uint8Array> | Uint8Array, string]>([
    ["no archive", () => Uint8Array.of(1, 2, 3), "rbm.npz is not a zip archive, or its end is missing"],
    ["half an archive", () => fixture.subarray(0, 300), "rbm.npz is not a zip archive, or its end is missing"],
    [
      "other arrays",
      () => encodeNpz(new Map([["W", row(1)]])),
      'rbm.npz has no array "components", of 2 dimensions; it holds "W"',
    ],
    [
      "components in one row",
      () => encodeNpz(new Map([["components", row(1, 2)]])),
      'rbm.npz has an array of 2 as "components", of 2 dimensions; it holds "components"',
    ],
  ])("is refused where it is %s", async (_, make, line) => {
    const failure = await loadScikitLearn(saved(await make())).catch((error) => error);
    expect(failure).toBeInstanceOf(StorageError);
    expect(failure.message).toContain(line);
  });

  /** What NumPy 2.4 writes by savez_compressed of a, [0, 0.25, 0.5], and b, [1, -2] as int64, to a pipe. */
  const piped = Buffer.from(
    "UEsDBC0ACAAIAAAAIQAAAAAA//////////8FABQAYS5ucHkBABAAAAAAAAAAAAAAAAAAAAAAAJvsF+obEMnIUMZQrZ6SWpxcpG6loG6TZqGuo6Cell9UUpSYF59flJIKEndLzClOBYoXZyQWpAL5GsY6mjoKtQoUAC4GFHDBHkI/sAcAUEsHCLW9ePpNAAAAAAAAAJgAAAAAAAAAUEsDBC0ACAAIAAAAIQAAAAAA//////////8FABQAYi5ucHkBABAAAAAAAAAAAAAAAAAAAAAAAJvsF+obEMnIUMZQrZ6SWpxcpG6loG6TaaGuo6Cell9UUpSYF59flJIKEndLzClOBYoXZyQWpAL5GkY6mjoKtQoUAC5GBgj49x8CAFBLBwia+/UjSwAAAAAAAACQAAAAAAAAAFBLAQItAy0ACAAIAAAAIQC1vXj6TQAAAJgAAAAFAAAAAAAAAAAAAACAAQAAAABhLm5weVBLAQItAy0ACAAIAAAAIQCa+/UjSwAAAJAAAAAFAAAAAAAAAAAAAACAAZwAAABiLm5weVBLBQYAAAAAAgACAGYAAAA2AQAAAAA=",
    "base64",
  );
  /** ... and by savez of h, [1.5, -0.25] in half precision. */
  const stored = Buffer.from(
    "UEsDBC0ACAAAAAAAIQAAAAAA//////////8FABQAaC5ucHkBABAAAAAAAAAAAAAAAAAAAAAAAJNOVU1QWQEAdgB7J2Rlc2NyJzogJzxmMicsICdmb3J0cmFuX29yZGVyJzogRmFsc2UsICdzaGFwZSc6ICgyLCksIH0gICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAKAD4AtFBLBwiWdOpbhAAAAAAAAACEAAAAAAAAAFBLAQItAy0ACAAAAAAAIQCWdOpbhAAAAIQAAAAFAAAAAAAAAAAAAACAAQAAAABoLm5weVBLBQYAAAAAAQABADMAAADTAAAAAAA=",
    "base64",
  );

  test("is read where its checksums follow its members, as NumPy writes to a pipe", async () => {
    expect(await decodeNpz(piped)).toEqual(
      new Map([
        ["a", row(0, 0.25, 0.5)],
        ["b", row(1, -2)],
      ]),
    );
    expect(await decodeNpz(stored)).toEqual(new Map([["h", row(1.5, -0.25)]]));
  });

  test("with one bit flipped anywhere holds the same arrays, or is refused", async () => {
    const ours = await encodeNpz(new Map([["a", row(1, -2, 3.5)]]));
    for (const sound of [fixture, piped, stored, ours]) {
      const arrays = await decodeNpz(sound);
      let refused = 0;
      for (let at = 0; at < 8 * sound.length; at++) {
        const bytes = Buffer.from(sound);
        bytes[at >> 3] ^= 1 << (at & 7);
        const outcome = await decodeNpz(bytes).catch((error) => error);
        if (outcome instanceof StorageError) refused++;
        else expect(outcome, `bit ${at}`).toEqual(arrays);
      }
      // What may be flipped unnoticed: of a member versions, dates and attributes, 22 bytes, and its sizes in the local header
      // with their extra field, 32, if they follow its content, and the bits that fill its last byte up; of the end three
      // numbers of disks.
      expect(refused).toBeGreaterThanOrEqual(8 * (sound.length - 55 * arrays.size - 6));
    }
  });

  test("is read where arrays that nobody asks for are damaged, or of a type that is not read", async () => {
    const rbm = new Rbm({ visible: binary(2), hidden: binary(3) });
    const path = join(temporaryFolder(), "rbm.npz");
    await saveScikitLearn(path, rbm);
    const arrays = await decodeNpz(readFileSync(path));
    const bytes = Buffer.from(await encodeNpz(new Map([...arrays, ["labels", row(1, 2, 3)]])));
    // The type in the header of the last array becomes one of objects.
    bytes.write("|O8", bytes.lastIndexOf("<f8"), "latin1");
    expect((await loadScikitLearn(saved(bytes))).weights).toEqual(rbm.weights);
    expect(await decodeNpz(bytes, "a", { arrays: [...arrays.keys()] })).toEqual(arrays);
    await expect(decodeNpz(bytes, "a")).rejects.toThrow('a: "labels.npy" is damaged: its CRC-32 does not match');
    await expect(decodeNpz(bytes, "a", { arrays: ["W"] })).rejects.toThrow('a has no array "W"');
  });

  test.each([
    ["compressed size", 20],
    ["original size", 24],
  ])("is refused where its directory claims another %s", async (_, field) => {
    for (const sound of [fixture, await encodeNpz(new Map([["a", row(1)]]))]) {
      for (const size of [0, 7, 2 ** 20, 2 ** 31, 2 ** 32 - 2]) {
        const bytes = Buffer.from(sound);
        // An entry of the central directory begins with PK\x01\x02.
        bytes.writeUInt32LE(size, bytes.indexOf("PK\x01\x02", 0, "latin1") + field);
        const failure = await decodeNpz(bytes).catch((error) => error);
        expect(failure).toBeInstanceOf(StorageError);
      }
    }
  });

  test("takes no more memory than its size allows, unless a limit is given", async () => {
    const zeros = { shape: [2 ** 21], values: new Float64Array(2 ** 21) };
    const big = await encodeNpz(new Map([["a", zeros]]));
    await expect(decodeNpz(big, "a", { limit: 2 ** 24 - 8 })).rejects.toThrow("the limit is 2097151");
    expect((await decodeNpz(big, "a", { limit: 2 ** 24 })).get("a")?.values.length).toBe(2 ** 21);
    // 2^24 bytes of one value in some 16,000, each of which becomes eight bytes.
    const header = "{'descr': '|u1', 'fortran_order': False, 'shape': (16777216,), }".padEnd(117);
    const npy = Buffer.alloc(128 + 2 ** 24);
    npy.write(`\x93NUMPY\x01\0v\0${header}\n`, 0, "latin1");
    const deflated = zipOf("a.npy", npy);
    expect(deflated.length).toBeLessThan(20_000);
    await expect(decodeNpz(deflated)).rejects.toThrow("the limit is");
    const { values } = (await decodeNpz(deflated, "a", { limit: 2 ** 28 })).get("a")!;
    expect([values.length, values.every((value) => value === 0)]).toEqual([2 ** 24, true]);
  });

  /** An archive with one deflated member. */
  function zipOf(name: string, content: Uint8Array): Buffer {
    const packed = deflateRawSync(content);
    const header = Buffer.alloc(26);
    header.writeUInt16LE(20, 0);
    header.writeUInt16LE(8, 4);
    header.writeUInt32LE(crc32(content), 10);
    header.writeUInt32LE(packed.length, 14);
    header.writeUInt32LE(content.length, 18);
    header.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from("PK\x03\x04"), header, Buffer.from(name), packed]);
    const central = Buffer.concat([Buffer.from("PK\x01\x02\x14\0"), header, Buffer.alloc(14), Buffer.from(name)]);
    const end = Buffer.alloc(22);
    end.write("PK\x05\x06");
    end.writeUInt16LE(1, 8);
    end.writeUInt16LE(1, 10);
    end.writeUInt32LE(central.length, 12);
    end.writeUInt32LE(local.length, 16);
    return Buffer.concat([local, central, end]);
  }

  test("survives damage", async () => {
    const sound = await decodeNpz(fixture);
    await fc.assert(
      fc.asyncProperty(damagedBytes(Uint8Array.from(fixture)), async (damaged) => {
        const outcome = await decodeNpz(damaged).catch((error) => error);
        if (outcome instanceof Error) expect(outcome).toBeInstanceOf(StorageError);
        else expect(outcome).toEqual(sound);
      }),
      { numRuns: 1000 },
    );
  });
});
