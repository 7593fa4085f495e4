import { expect, it } from "vitest";
import { Random } from "../../../src/math/random.js";
import { Classifier } from "../../../src/models/index.js";
import { type LabelledData, momentum, probabilities, train } from "../../../src/training/index.js";
import { normals } from "../../units/layers.js";

const random = new Random(1);
const [ROWS, WIDTH, HIDDEN, CLASSES] = [20, 5, 4, 3];
const DATA = Float32Array.from({ length: ROWS * WIDTH }, () => random.uniform());
const LABELS = Array.from({ length: ROWS }, (_, r) => r % CLASSES);

/** A classifier whose output units are the given columns: equal columns tie in every row. */
function tied(column: (c: number) => number): Classifier {
  const bias = Float64Array.from({ length: CLASSES }, (_, c) => column(c));
  return new Classifier([
    {
      weights: { rows: WIDTH, columns: HIDDEN, values: normals(WIDTH * HIDDEN, random) },
      bias: normals(HIDDEN, random),
    },
    { weights: { rows: HIDDEN, columns: CLASSES, values: new Float64Array(HIDDEN * CLASSES) }, bias },
  ]);
}

const part = (wrong: (label: number) => boolean) => LABELS.filter(wrong).length / ROWS;

it.each([
  ["all classes", () => 0, 0],
  ["the upper two classes", (c: number) => (c === 0 ? -1 : 1), 1],
  ["the lower two classes", (c: number) => (c === 2 ? -1 : 1), 0],
] as const)("a tie of %s goes to the lowest of them, in the error rate as in predictions", async (_, column, best) => {
  const classifier = tied(column);
  const data = probabilities(DATA);
  const validation: LabelledData = { data, labels: LABELS };
  const options = { epochs: 1, batch: 8, rate: 0, optimiser: momentum({ momentum: 0 }), labels: LABELS, validation };
  for await (const { training, validation } of train(classifier, data, options)) {
    expect(training.errorRate).toBe(part((label) => label !== best));
    expect(validation?.errorRate).toBe(part((label) => label !== best));
  }
  const predicted = classifier.predict({ rows: ROWS, columns: WIDTH, values: DATA });
  expect([...predicted]).toEqual(LABELS.map(() => best));
});
