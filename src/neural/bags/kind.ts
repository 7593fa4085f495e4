import { ArgumentError } from "../../errors.js";
import type { ModelKind } from "../../models/model-kind.js";
import { makerOf } from "../../options.js";
import { Packing } from "../../packed.js";
import { gaussian } from "../../units/index.js";
import { isParameter } from "../parameters.js";
import { leaves } from "../tree.js";
import { BagClassifier } from "./bag-classifier.js";
import { poolings } from "./poolings/index.js";

/** A classifier of bags: `units`, `features`, `pooling` with its options, and an array for each parameter. */
export const bagsKind: ModelKind<BagClassifier> = {
  name: "bags",
  title: "classifier of bags",
  reference: "Ilse, Tomczak and Welling 2018; Ramsauer et al. 2020",
  holds: (model): model is BagClassifier => model instanceof BagClassifier,
  describe: ({ units, features, pooling }) =>
    `a classifier of bags of instances of ${units} entries, with ${features} features and the pooling ${pooling.name}`,
  // Its instances are rows of numbers.
  visible: ({ units }) => gaussian(units),
  pack({ units, features, pooling, parameters }) {
    if (!poolings.includes(makerOf(pooling) as never)) {
      throw new ArgumentError(`pooling is ${pooling.name}, which is not one of the library; files hold those alone`);
    }
    const packing = new Packing("bags").set("units", units).set("features", features);
    packing.set("pooling", pooling.name).set("poolingOptions", pooling.options);
    for (const [name, { values, shape }] of leaves(parameters, isParameter)) packing.add(name, values, shape);
    return packing;
  },
  unpack(parts) {
    const units = parts.integer("units", 1);
    const features = parts.integer("features", 1, 100_000);
    const name = parts.choice(
      "pooling",
      poolings.map((pooling) => pooling.name),
    );
    const made = poolings.find((pooling) => pooling.name === name);
    const options = parts.record("poolingOptions");
    const classifier = new BagClassifier(units, { features, pooling: made?.make(options) as never });
    for (const [key, { values, shape }] of leaves(classifier.parameters, isParameter)) {
      values.set(parts.numbers(key, shape));
    }
    return classifier;
  },
};
