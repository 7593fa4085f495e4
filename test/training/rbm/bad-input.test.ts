import { describe, expect, it } from "vitest";
import {
  adam,
  binary,
  contrastiveDivergence,
  exponentialDecay,
  fastWeights,
  gaussian,
  initialise,
  linearDecay,
  momentum,
  PatternSet,
  persistent,
  probabilities,
  Random,
  Rbm,
  rmsprop,
  spin,
  stepwise,
  type TrainingData,
  tempering,
  train,
  type Units,
} from "../../../src/index.js";
import type { RbmTraining } from "../../../src/training/index.js";

const DATA = Float32Array.of(0, 1, 1, 1, 0, 0);

/** What the first report of a training is refused with. */
async function refusal(data: TrainingData, options: Partial<RbmTraining>, visible: Units = binary(2)): Promise<string> {
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
  it.each<[string, TrainingData, Partial<RbmTraining>, Units | undefined, string]>([
    ["a grey value", Float32Array.of(0, 0.5), {}, undefined, "data[0][1] is 0.5; expected 0 or 1 in a binary unit"],
    ["a grey value in a spin unit", Float32Array.of(1, 0.5), {}, spin(2), "data[0][1] is 0.5; expected -1 or +1"],
    ["NaN", Float32Array.of(1, Number.NaN), {}, gaussian(2), "data[0][1] is NaN; expected a finite number"],
    [
      "a wrong width",
      Float32Array.of(1, 0, 1),
      {},
      undefined,
      "data has 3 values; expected at least one row of 2 values",
    ],
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
    ["no data", new Float32Array(0), {}, undefined, "data has 0 values; expected at least one row of 2 values"],
    ["other data", {} as TrainingData, {}, undefined, "data is not of a known kind; expected a PatternSet"],
    ["a batch larger than the data", DATA, { batch: 4 }, undefined, "batch is 4 but the data has 3 rows"],
    ["an empty batch", DATA, { batch: 0 }, undefined, "batch is 0; expected a whole number of at least 1"],
    ["no epochs", DATA, { epochs: 0 }, undefined, "epochs is 0; expected a whole number of at least 1"],
    ["a negative rate", DATA, { rate: -1 }, undefined, "rate is -1; expected a number of at least 0"],
    [
      "no optimiser",
      DATA,
      { optimiser: {} as never },
      undefined,
      "optimiser is another object; expected an optimiser: momentum",
    ],
    [
      "a schedule of rate -1",
      DATA,
      { rate: { name: "falling", options: {}, at: () => -1 } },
      undefined,
      "rate at epoch 0 is -1; expected",
    ],
    ["negative decay", DATA, { l2: -1 }, undefined, "l2 is -1; expected a number of at least 0"],
    [
      "no method",
      DATA,
      { method: {} as never },
      undefined,
      "method is another object; expected a training method: pcd, cd",
    ],
    ["memory 1", DATA, { sparsity: 0, sparsityMemory: 1 }, undefined, "sparsityMemory is 1; expected"],
    ["sliding 0", DATA, { centredSliding: 0 }, undefined, "centredSliding is 0; expected"],
    ["reports of nothing", DATA, { reportEvery: 0 }, undefined, "reportEvery is 0; expected"],
    [
      "no checkpoint",
      DATA,
      { resume: { arrays: new Map(), metadata: {} } },
      undefined,
      'the checkpoint is of the kind missing; expected "rbm training 2"',
    ],
  ])("%s", async (_, data, options, visible, message) => {
    expect(await refusal(data, options, visible)).toContain(message);
  });

  it("a checkpoint of another training", async () => {
    const rbm = new Rbm({ visible: binary(2), hidden: binary(2) });
    const { value } = await train(rbm, DATA, { epochs: 2 }).next();
    const resume = value!.checkpoint();
    expect(await refusal(DATA, { epochs: 2, resume, rate: 0.1 })).toBe(
      "the checkpoint has rate 0.05 but this training has 0.1; resume with the original settings",
    );
    expect(await refusal(DATA.slice(2), { resume })).toContain("the checkpoint has data 3 rows with digest");
    expect(
      await refusal(
        DATA.map((x) => 2 * x - 1),
        { resume },
        spin(2),
      ),
    ).toContain("the checkpoint has visible 2 binary units of 2 values but this training has 2 spin units of 2 values");
    expect(await refusal(DATA, { resume, method: contrastiveDivergence() })).toContain("has method pcd");
    const arrays = new Map(resume.arrays);
    arrays.set("weights", new Float32Array(3));
    expect(await refusal(DATA, { resume: { ...resume, arrays } })).toContain(
      "the checkpoint is incomplete: it lacks the 4 numbers of weights",
    );
  });

  it("no options at all", async () => {
    const rbm = new Rbm({ visible: binary(2), hidden: binary(2) });
    const nothing = undefined as unknown as RbmTraining;
    await expect(train(rbm, DATA, nothing).next()).rejects.toThrow("options are missing; pass at least { epochs }");
  });
});

describe("bad options", () => {
  const rbm = new Rbm({ visible: binary(2), hidden: binary(2) });
  const random = new Random(1);
  it.each<[string, () => unknown, string]>([
    ["no steps", () => contrastiveDivergence({ steps: 0 }), "steps is 0; expected"],
    ["zero chains", () => persistent({ chains: 0 }), "chains is 0; expected a whole number of at least 1"],
    ["no decay", () => fastWeights({ fastDecay: 1 }), "fastDecay is 1; expected a number from 0 to below 1"],
    ["momentum 1", () => momentum({ momentum: 1 }), "momentum is 1; expected a number from 0 to below 1"],
    ["beta 1", () => adam({ beta1: 1 }), "beta1 is 1; expected a number from 0 to below 1"],
    ["a negative decay", () => rmsprop({ decay: -1 }), "decay is -1; expected a number from 0 to below 1"],
    ["one temperature", () => tempering({ temperatures: 1 }), "temperatures is 1; expected"],
    ["beta 0", () => tempering({ lowest: 0 }), "lowest is 0; expected a number between 0 and 1"],
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
    ["steps from epoch 1", () => stepwise({ epochs: [1], values: [1] }), "epochs is [1]; expected numbers that ascend"],
    ["a step too few", () => stepwise({ epochs: [0, 1], values: [1] }), "values has 1 numbers for 2 epochs"],
    [
      "steps back",
      () => stepwise({ epochs: [0, 5, 4], values: [1, 1, 1] }),
      "epochs is [0,5,4]; expected numbers that ascend",
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
