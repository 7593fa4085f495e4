import { expect, it, test } from "vitest";
import { StorageError } from "../../src/errors.js";
import { DenseClassifier } from "../../src/models/index.js";
import { decodeModel, encodeModel, readSafetensors, writeSafetensors } from "../../src/storage/index.js";
import { randomCase } from "../models/dense/naive.js";

test.each(["direct", "dual"] as const)("a %s classifier comes back from its file, in single precision too", (form) => {
  const { classifier } = randomCase(3, { form, power: 5, temperature: 12.345 });
  for (const precision of ["single", "double"] as const) {
    const { model, kind, shape } = decodeModel<DenseClassifier>(encodeModel(classifier, { precision, shape: [5, 6] }));
    expect(model).toBeInstanceOf(DenseClassifier);
    expect(kind.name).toBe("dense-classifier");
    expect(shape).toEqual([5, 6]);
    expect(model.memories).toEqual(classifier.memories);
    const { classes, power, temperature } = model;
    expect({ classes, power, temperature, form: model.form }).toEqual({
      classes: 4,
      power: 5,
      temperature: 12.345,
      form,
    });
  }
});

it.each([
  ["power", "1", /power is 1; expected a whole number from 2/],
  ["power", "2.5", /power is "2.5"; expected a whole number/],
  ["temperature", '"hot"', /temperature is .*; expected a number above 0/],
  ["temperature", "0", /temperature is 0; expected a number above 0/],
  ["classes", "40", /memories is 23 x 34; expected at least one memory of more than 40 values/],
  ["form", "both", /form is "both"; expected "direct" or "dual"/],
])("refuses a file whose %s is %s", (key, value, words) => {
  const bytes = encodeModel(randomCase(3).classifier);
  const { tensors, metadata: written } = readSafetensors(bytes);
  const metadata = new Map(written);
  metadata.delete("digest");
  metadata.set(key, value);
  const decode = () => decodeModel(writeSafetensors({ tensors, metadata }));
  expect(decode).toThrow(StorageError);
  expect(decode).toThrow(words);
});
