import { describe, expect, it } from "vitest";
import {
  binary,
  contrastiveDivergence,
  exponentialDecay,
  fastWeights,
  gaussian,
  initialise,
  linearDecay,
  PatternSet,
  persistent,
  probabilities,
  Random,
  Rbm,
  spin,
  stepwise,
  type TrainingData,
  type TrainOptions,
  tempering,
  train,
  type Units,
} from "../../../src/index.js";

const DATA = Float32Array.of(0, 1, 1, 1, 0, 0);

/** What the first report of a training is refused with. */
async function refusal(
  data: TrainingData,
  options: Partial<TrainOptions>,
  visible: Units = binary(2),
): Promise<string> {
  const rbm = new Rbm({ visible, hidden: binary(2) });
  try {
    await train(rbm, data, { epochs: 1, ...options }).next();
  } catch (error) {
    expect(rbm.weights.values).toEqual(new Float64Array(2 * visible.width));
    return (error as Error).message;
  }
  return "nothing";
}

describe("training refuses", () => {
  it.each<[string, TrainingData, Partial<TrainOptions>, Units | undefined, string]>([
    ["a grey value", Float32Array.of(0, 0.5), {}, undefined, "data[0][1] is 0.5; expected 0 or 1 in a binary unit"],
    ["a grey value in a spin unit", Float32Array.of(1, 0.5), {}, spin(2), "data[0][1] is 0.5; expected -1 or +1"],
    ["NaN", Float32Array.of(1, Number.NaN), {}, gaussian(2), "data[0][1] is NaN; expected a finite number"],
    ["a wrong width", Float32Array.of(1, 0, 1), {}, undefined, "data has 3 values; a row of the visible layer has 2"],
    [
      "patterns of another width",
      PatternSet.from([[0, 1, 1]]),
      {},
      undefined,
      "data has 3 units but the visible layer has 2",
    ],
    [
      "bits that are missing",
      { rows: 2, columns: 2, stride: 4, words: new Uint32Array(4) },
      {},
      undefined,
      "data has 2 rows of 2 bits in 4 words; expected rows, in 8 words",
    ],
    [
      "bits for gaussian units",
      PatternSet.from([[0, 1]]),
      {},
      gaussian(2),
      "data is bits, which gaussian units cannot take",
    ],
    [
      "probabilities for them",
      probabilities(Uint8Array.of(1, 9)),
      {},
      gaussian(2),
      "data is probabilities, which gaussian",
    ],
    ["no data", new Float32Array(0), {}, undefined, "data has 0 values; a row of the visible layer has 2"],
    ["other data", {} as TrainingData, {}, undefined, "data is of no known kind; expected a PatternSet"],
    ["a batch larger than the data", DATA, { batch: 4 }, undefined, "batch is 4 but the data has 3 rows"],
    ["an empty batch", DATA, { batch: 0 }, undefined, "batch is 0; expected a whole number of at least 1"],
    ["no epochs", DATA, { epochs: 0 }, undefined, "epochs is 0; expected a whole number of at least 1"],
    ["a negative rate", DATA, { rate: -1 }, undefined, "rate is -1; expected a number from 0"],
    ["momentum 1", DATA, { momentum: 1 }, undefined, "momentum is 1; expected a number from 0"],
    [
      "a schedule of momentum 2",
      DATA,
      { momentum: stepwise([[0, 2]]) },
      undefined,
      "momentum at epoch 0 is 2; expected",
    ],
    ["negative decay", DATA, { l2: -1 }, undefined, "l2 is -1; expected a number from 0"],
    ["no method", DATA, { method: {} as never }, undefined, "method is no training method; expected persistent()"],
    ["memory 1", DATA, { sparsity: { target: 0, memory: 1 } }, undefined, "sparsity.memory is 1; expected"],
    ["sliding 0", DATA, { centred: { sliding: 0 } }, undefined, "centred.sliding is 0; expected"],
    ["reports of nothing", DATA, { reportEvery: 0 }, undefined, "reportEvery is 0; expected"],
    [
      "no checkpoint",
      DATA,
      { resume: { arrays: new Map(), metadata: {} } },
      undefined,
      "resume is no checkpoint of an RBM's",
    ],
  ])("%s", async (_, data, options, visible, message) => {
    expect(await refusal(data, options, visible)).toContain(message);
  });

  it("a checkpoint of another training", async () => {
    const rbm = new Rbm({ visible: binary(2), hidden: binary(2) });
    const { value } = await train(rbm, DATA, { epochs: 2 }).next();
    const resume = value!.checkpoint();
    expect(await refusal(DATA, { epochs: 2, resume, rate: 0.1 })).toBe(
      "resume is a checkpoint with rate 0.05 but this training has 0.1; resume with what it was begun with",
    );
    expect(await refusal(DATA.slice(2), { resume })).toContain("resume is a checkpoint with data 3 rows with digest");
    expect(
      await refusal(
        DATA.map((x) => 2 * x - 1),
        { resume },
        spin(2),
      ),
    ).toContain(
      "resume is a checkpoint with visible 2 binary units of 2 values but this training has 2 spin units of 2 values",
    );
    expect(await refusal(DATA, { resume, method: contrastiveDivergence() })).toContain("with method persistent");
    const arrays = new Map(resume.arrays);
    arrays.set("weights", new Float32Array(3));
    expect(await refusal(DATA, { resume: { ...resume, arrays } })).toContain("resume lacks the 4 numbers of weights");
  });

  it("no options at all", async () => {
    const rbm = new Rbm({ visible: binary(2), hidden: binary(2) });
    const nothing = undefined as unknown as TrainOptions;
    await expect(train(rbm, DATA, nothing).next()).rejects.toThrow("options are missing; pass at least { epochs }");
  });
});

describe("bad options", () => {
  const rbm = new Rbm({ visible: binary(2), hidden: binary(2) });
  const random = new Random(1);
  it.each<[string, () => unknown, string]>([
    ["no steps", () => contrastiveDivergence({ steps: 0 }), "steps is 0; expected"],
    ["zero chains", () => persistent({ chains: 0 }), "chains is 0; expected a whole number of at least 1"],
    ["no decay", () => fastWeights({ decay: 1 }), "decay is 1; expected a number from 0"],
    ["one temperature", () => tempering({ temperatures: 1 }), "temperatures is 1; expected"],
    ["beta 0", () => tempering({ lowest: 0 }), "lowest is 0; expected a number from"],
    ["a falling ladder", () => tempering({ ladder: [0.5, 0.4, 1] }), "ladder is [0.5,0.4,1]; expected numbers above 0"],
    [
      "a ladder that ends early",
      () => tempering({ ladder: [0.5, 0.9] }),
      "ladder is [0.5,0.9]; expected numbers above 0",
    ],
    [
      "a probability of 2",
      () => probabilities(Float32Array.of(0, 2)),
      "values[1] is 2; expected a probability, from 0 to 1",
    ],
    ["a factor above 1", () => exponentialDecay({ from: 1, factor: 2 }), "factor is 2; expected"],
    ["a line of no epochs", () => linearDecay({ from: 1, to: 0, epochs: 0 }), "epochs is 0; expected"],
    ["steps from epoch 1", () => stepwise([[1, 0.5]]), "steps does not begin at epoch 0; expected pairs like"],
    [
      "steps back",
      () =>
        stepwise([
          [0, 1],
          [5, 1],
          [4, 1],
        ]),
      "steps[2][0] is 4; expected a number of at least 5",
    ],
    ["a negative scale", () => initialise(rbm, { random, scale: -1 }), "scale is -1; expected"],
    [
      "components of no data",
      () => initialise(rbm, { random, components: 1 }),
      "components is 1; expected a whole number from 0 to 0",
    ],
  ])("%s", (_, act, message) => {
    expect(act).toThrow(message);
  });
});
