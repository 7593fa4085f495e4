/**
 * A training epoch of a classifier of bags of digits, pooling by association, beside PyTorch: from the same parameters, on the
 * same bags in the same batches, by Adam with clipped gradients. Rounding differs, so what the trained classifiers say of other bags is
 * compared to a tolerance.
 */
import { Random } from "../dist/math/index.js";
import { BagClassifier, drawBags, isParameter, leaves } from "../dist/neural/index.js";
import { findDataSet, missingDataSet, readGreyImages } from "../dist/node/index.js";
import { Epochs } from "../dist/training/index.js";
import { withContestants } from "./contestants.mjs";
import { raceWork } from "./race.mjs";

const settings = { bags: 200, batch: 8, features: 128, heads: 4, units: 8, rate: 0.0005, clip: 1, seed: 2020 };
const rivals = [{ name: "PyTorch", program: "pooling_torch.py", module: "torch" }];

export async function race(base) {
  const folder = await findDataSet("mnist");
  if (folder === undefined) throw missingDataSet("mnist");
  const digits = await readGreyImages(folder, { split: "train" });
  const random = new Random(settings.seed);
  const pixels = Float32Array.from(digits.values, (grey) => grey / 255);
  const bags = drawBags(pixels, digits.labels, { bags: settings.bags, holds: 9, random: random.fork(10) });
  const { parameters } = new BagClassifier(bags.units, { features: settings.features, random: random.fork(0) });
  const named = [...leaves(parameters, isParameter)];
  // The order in which the seed of our training visits the bags.
  const order = new Epochs(settings.bags, settings.bags, new Random(settings.seed).fork(1)).rows;
  const files = {
    "values.bin": bags.values,
    "rows.bin": bags.rows,
    "starts.bin": bags.starts,
    "labels.bin": bags.labels,
    "order.bin": order,
    "parameters.bin": Float32Array.from(named.flatMap(([, { values }]) => [...values])),
    "race.json": JSON.stringify({
      ...settings,
      instance: bags.units,
      parameters: named.map(([name, { shape }]) => ({ name, shape })),
    }),
  };
  return withContestants({ files, ours: "pooling.mjs", rivals }, async (contestants) => {
    const session = { ...contestants, ...base };
    const rows = await raceWork(session, {
      work: "epoch",
      what: `training of a classifier of bags, pooling by association: ${settings.bags} bags of 10 digits on average, ${settings.features} features, ${settings.heads} heads of ${settings.units} units, batches of ${settings.batch}`,
      per: "update",
      ours: [{ work: "epoch", amount: settings.bags / settings.batch }],
      rivals: [{ name: "PyTorch", work: "epoch", amount: settings.bags / settings.batch }],
      agrees: (ours, theirs) => alike(floats(ours), floats(theirs)),
      agreement: "trained parameters within a tenth of the length of the way that they went",
    });
    return { contestants, rows, ...settings };
  });

  /** Adam's steps do not shrink with the gradient: where that is rounding alone, signs differ. Compared is the whole of the way. */
  function alike(ours, theirs) {
    const start = Float32Array.from(named.flatMap(([, { values }]) => [...values]));
    const norm = (x) => Math.sqrt(x.reduce((sum, value) => sum + value * value, 0));
    const way = norm(ours.map((value, k) => value - start[k]));
    const apart = norm(ours.map((value, k) => value - theirs[k]));
    if (apart <= 0.1 * way) return;
    return `parameters are ${apart.toPrecision(3)} apart after a way of ${way.toPrecision(3)}`;
  }
}

function floats(bytes) {
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
}
