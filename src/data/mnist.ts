/** One part of the MNIST set: the names of its two files, without the ending .gz that they may carry. */
export interface MnistSplit {
  readonly images: string;
  readonly labels: string;
}

/** The MNIST files by part (LeCun, Cortes and Burges, The MNIST database of handwritten digits, 1998). */
export const mnistFiles: Readonly<Record<"train" | "test", MnistSplit>> = {
  train: { images: "train-images-idx3-ubyte", labels: "train-labels-idx1-ubyte" },
  test: { images: "t10k-images-idx3-ubyte", labels: "t10k-labels-idx1-ubyte" },
};

/** The MD5 sums of the four files before compression. */
export const mnistSums: Readonly<Record<string, string>> = {
  "train-images-idx3-ubyte": "6bbc9ace898e44ae57da46a324031adb",
  "train-labels-idx1-ubyte": "a25bea736e30d166cdddb491f175f624",
  "t10k-images-idx3-ubyte": "2646ac647ad5339dbf082846283269ea",
  "t10k-labels-idx1-ubyte": "27ae3e4e09519cfbb04c329615203637",
};
