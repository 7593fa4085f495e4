import { ArgumentError } from "../../errors.js";
import { Random } from "../../math/index.js";
import { quote } from "../../names.js";
import { type BagClassifier, bagsKind, drawBags, scoreBags } from "../../neural/index.js";
import type { GreySet } from "../io/grey-set.js";
import type { TrainedModel } from "../io/trained-model.js";
import { classNames, classNumbers } from "../train/classes.js";
import { type Score, type ScoreOptions, type Scoring, withBar } from "./kinds.js";

/** Number of bags that are drawn from the images. */
const BAGS = 1000;

/** The area under the curve of a classifier of bags, on bags drawn from the images as in training. */
export const scoreBagClassifier: Scoring = { kind: bagsKind, options: [], score };

async function score(stored: TrainedModel<BagClassifier>, set: GreySet, options: ScoreOptions): Promise<Score> {
  const { holds: noted, bagSize, bagDeviation } = stored.notes ?? {};
  const holds = typeof noted === "string" ? noted : "";
  const names = classNames(set, "engram score");
  const wanted = names.indexOf(holds);
  if (wanted < 0) {
    throw new ArgumentError(
      `the model looks for images of the class ${quote(holds)}; ${set.name} has ${names.join(", ")}`,
    );
  }
  const bags = drawBags(
    Float32Array.from(set.values, (grey) => grey / 255),
    classNumbers(set, names) ?? [],
    {
      bags: BAGS,
      holds: wanted,
      size: typeof bagSize === "number" ? bagSize : undefined,
      deviation: typeof bagDeviation === "number" ? bagDeviation : undefined,
      random: new Random(options.seed),
    },
  );
  const found = await withBar("classifying", options.threads, (workspace) =>
    stored.model.classify(bags, { workspace }),
  );
  const { loss, errorRate, areaUnderCurve } = scoreBags(
    found.map(({ input }) => input),
    bags.labels,
  );
  return {
    record: { bags: BAGS, loss, errors: errorRate, areaUnderCurve },
    lines: [
      `${BAGS} bags, half of which hold ${holds}`,
      `area under the curve  ${areaUnderCurve?.value.toFixed(4)}, standard error ${areaUnderCurve?.error.toFixed(4)}`,
      `wrong at a probability of 1/2  ${(100 * errorRate).toFixed(1)} %`,
    ],
  };
}
