import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
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
    ["no archive", () => Uint8Array.of(1, 2, 3), "rbm.npz cannot be read as a .npz archive: invalid zip data"],
    ["half an archive", () => fixture.subarray(0, 300), "rbm.npz cannot be read as a .npz archive: invalid zip data"],
    [
      "other arrays",
      () => encodeNpz(new Map([["W", row(1)]])),
      'rbm.npz has no array "components", of 2 dimensions; it holds "W"',
    ],
    [
      "components in one row",
      () => encodeNpz(new Map([["components", row(1, 2)]])),
      'rbm.npz has an array of shape (2) as "components", of 2 dimensions; it holds "components"',
    ],
  ])("is refused where it is %s", async (_, make, line) => {
    const failure = await loadScikitLearn(saved(await make())).catch((error) => error);
    expect(failure).toBeInstanceOf(StorageError);
    expect(failure.message).toContain(line);
  });

  test.each([
    ["compressed size", 20],
    ["original size", 24],
  ])("is refused where its directory claims more than 2^30 bytes as the %s", async (_, field) => {
    const two = await encodeNpz(
      new Map([
        ["a", row(1)],
        ["b", row(2)],
      ]),
    );
    const claiming = (...sizes: number[]) => {
      const bytes = Buffer.from(two);
      let entry = 0;
      for (const size of sizes) {
        // An entry of the central directory begins with PK\x01\x02.
        entry = bytes.indexOf("PK\x01\x02", entry + 1, "latin1");
        bytes.writeUInt32LE(size, entry + field);
      }
      return bytes;
    };
    const refusal = "decompresses to more than 1073741824 bytes; save fewer arrays";
    await expect(decodeNpz(claiming(2 ** 30 + 1))).rejects.toThrow(refusal);
    await expect(decodeNpz(claiming(2 ** 29, 2 ** 29 + 1))).rejects.toThrow(refusal);
  });

  test("survives damage", async () => {
    await fc.assert(
      fc.asyncProperty(damagedBytes(Uint8Array.from(fixture)), async (damaged) => {
        const outcome = await decodeNpz(damaged).catch((error) => error);
        if (outcome instanceof Error) expect(outcome).toBeInstanceOf(StorageError);
      }),
      { numRuns: 1000 },
    );
  });
});
