import { createHash } from "node:crypto";
import type { StandIn } from "engram/experiments";
import { DataError } from "../../errors.js";
import { readGreyImages } from "../data.js";

/**
 * A folder of IDX files as a substitute for MNIST.
 *
 * @param name name of the data in reports
 * @throws DataError unless it has labelled training and test images of one size, and training images of every class
 */
export async function standInOf(name: string, folder: string): Promise<StandIn> {
  const hash = createHash("sha256");
  const [train, test] = [
    await readGreyImages(folder, { split: "train" }),
    await readGreyImages(folder, { split: "test" }),
  ];
  for (const [split, { values, count, shape, labels }] of Object.entries({ train, test })) {
    if (labels === undefined || count === 0) {
      const found = count === 0 ? "no images" : "no labels";
      throw new DataError(`${folder} has ${found} in its part "${split}"; expected at least one image with its label`);
    }
    hash
      .update(`${split} ${count} ${shape.join(" ")} `)
      .update(values)
      .update(labels);
  }
  const [a, b] = [train.shape.join("x"), test.shape.join("x")];
  if (a !== b) throw new DataError(`${folder} has training images of ${a} and test images of ${b}; expected one size`);
  const classes = [...new Set(train.labels)].sort((a, b) => a - b);
  const unknown = test.labels?.find((label) => !classes.includes(label));
  if (unknown !== undefined)
    throw new DataError(`${folder} has test images of class ${unknown}, which no training image has`);
  return { name, digest: hash.digest("hex"), train: train.count, test: test.count, shape: train.shape, classes };
}
