/**
 * An epoch of a dense classifier of 2,000 memories on MNIST beside PyTorch, in the direct form: from the same memories, on the same
 * digits in the same batches. PyTorch computes in place, with one product of pixels and memories for all classes, and powers in
 * two ways. Rounding differs, so the trained classifiers are compared by their errors on the test digits.
 */
import { Random } from "../dist/math/index.js";
import { DenseClassifier } from "../dist/models/index.js";
import { findDataSet, missingDataSet, readGreyImages } from "../dist/node/index.js";
import { Epochs, usualDense } from "../dist/training/index.js";
import { withContestants } from "./contestants.mjs";
import { numbers, raceWork } from "./race.mjs";

const pixels = 784;
const classes = 10;
const memories = 2000;
const batch = 250;
const seed = 2016;
const powers = [3, 30];
const settings = powers.map((power) => ({ power, ...usualDense(power, memories) }));

const rivals = [{ name: "PyTorch", program: "classifier_torch.py", module: "torch" }];

export async function race(base) {
  const folder = await findDataSet("mnist");
  if (folder === undefined) throw missingDataSet("mnist");
  const digits = await readGreyImages(folder, { split: "train" });
  const tested = await readGreyImages(folder, { split: "test" });
  // The order in which the seed of our training visits the digits.
  const order = new Epochs(digits.count, digits.count, new Random(seed).fork(1)).rows;
  const files = {
    "images.bin": digits.values,
    "labels.bin": digits.labels,
    "order.bin": order,
    ...Object.fromEntries(settings.map((setting) => [`start-${setting.power}.bin`, startOf(setting).memories.values])),
    "race.json": JSON.stringify({ pixels, classes, memories, batch, seed, count: digits.count, settings }),
  };
  const data = {
    rows: tested.count,
    columns: pixels,
    values: Float32Array.from(tested.values, (grey) => (2 * grey) / 255 - 1),
  };
  return withContestants({ files, ours: "classifier.mjs", rivals }, async (contestants) => {
    const session = { ...contestants, ...base };
    const rows = [];
    for (const setting of settings) {
      const { power } = setting;
      const wrong = (bytes) => wrongOf(setting, numbers(bytes, Float32Array), data, tested.labels);
      rows.push(
        ...(await raceWork(session, {
          work: `epoch-${power}`,
          what: `dense classifier, direct form, n = ${power}, ${memories.toLocaleString("en")} memories, ${digits.count.toLocaleString("en")} digits in batches of ${batch}`,
          per: "epoch",
          ours: [{ work: `epoch-${power}`, amount: 1 }],
          rivals: ["powers", "squares"].map((program) => ({
            name: "PyTorch",
            work: `${program}-${power}`,
            amount: 1,
            program,
          })),
          agrees: (ours, theirs) => alike(wrong(ours), wrong(theirs)),
          agreement: "errors on the test digits within 5 standard errors of their paired difference",
        })),
      );
    }
    return { contestants, rows, pixels, classes, memories, batch, seed, settings };
  });
}

function startOf({ power, temperature, mean, deviation }) {
  const random = new Random(seed).fork(0);
  return DenseClassifier.random({ pixels, classes, memories, power, temperature, mean, deviation, random });
}

/** Which test digits the memories that a contestant has left, memories x (pixels + classes), get wrong. */
function wrongOf({ power, temperature }, values, data, labels) {
  const trained = { rows: memories, columns: pixels + classes, values: Float64Array.from(values) };
  const classifier = new DenseClassifier({ memories: trained, classes, power, temperature });
  return Uint8Array.from(classifier.predict(data), (found, r) => (found === labels[r] ? 0 : 1));
}

function alike(ours, theirs) {
  const only = (a, b) => a.reduce((count, wrong, r) => count + (wrong && !b[r] ? 1 : 0), 0);
  const [own, other] = [only(ours, theirs), only(theirs, ours)];
  if (Math.abs(own - other) <= 5 * Math.sqrt(own + other)) return;
  return `${own} digits are wrong on our side alone and ${other} on the other`;
}
