import { Random } from "../../math/index.js";
import { matrix } from "../../math/matrix.js";
import {
  block,
  type EnergyReport,
  EpisodeSource,
  energyMemoryKind,
  energyMemoryOf,
  energyMemoryOptions,
  energyTraining,
  energyTrainingOptions,
  scoreEnergyMemory,
} from "../../neural/index.js";
import { saveMemory, testPartOf } from "../../node/index.js";
import type { Made } from "../../options.js";
import { VectorSet } from "../../patterns/index.js";
import { optimiserOption, trainBy } from "../../training/index.js";
import { dataFolder, type GreySet, type GreySetOptions, readGreySet, withDataOptions } from "../io/grey-set.js";
import { addOptionFlags, readOptionFlags } from "../io/option-flags.js";
import { sizeOption } from "../io/options.js";
import { count } from "../io/output.js";
import { gradientTraining } from "./gradient-training.js";
import { madeNotes, type PreparedTraining, type TrainCommand } from "./train-command.js";
import type { KeptTraining } from "./training-file.js";
import {
  decayingRate,
  type FileOptions,
  finalRateOption,
  ownOptions,
  rateOption,
  refuseStray,
  withFileOptions,
} from "./training-options.js";

const specs = {
  units: {
    type: "integer",
    low: 1,
    high: 100_000,
    optional: true,
    help: "number of units of random patterns (default 64)",
  },
  ...energyMemoryOptions,
  writeRate: {
    ...energyMemoryOptions.writeRate,
    help: "rate of each step of writing before training (default what suits the energy, or else half the number of patterns; 1 with --data)",
  },
  ...ownOptions(energyTrainingOptions),
  epochs: { ...energyTrainingOptions.epochs, default: 10 },
  damage: {
    ...energyTrainingOptions.damage,
    help: "how cues are made of patterns (with --data block if it is omitted)",
  },
  rate: rateOption(0.003),
  finalRate: finalRateOption,
  optimiser: { ...optimiserOption(0.9), default: "adam" },
} as const;

/** The options of `engram train energy-memory`. */
interface Options extends Omit<GreySetOptions, "data">, FileOptions {
  data?: string;
  units?: number;
  damage?: string;
}

/** Streams of the seed besides those of training. */
const STREAMS = { parameters: 0, test: 100 };

/** Fresh episodes that a trained memory is asked. */
const TESTED = 20;

export const energyMemoryCommand: TrainCommand<Options> = {
  name: energyMemoryKind.name,
  summary:
    "Train an energy memory to store and recall: random patterns, or images of --data. Store by engram store --model.",
  example: "engram train energy-memory --units 64 --patterns 16 --out e.safetensors",
  options(command) {
    command.option(
      "--data <name>",
      "images to store: glyphs (built in), mnist, or a folder of IDX files or of images (default random patterns)",
    );
    withDataOptions(command).option(
      "--size <HxW>",
      "scale a folder of images to this height and width (default their own size)",
      sizeOption("--size"),
    );
    return withFileOptions(addOptionFlags(command, specs), "e.safetensors");
  },
  check(options) {
    readOptionFlags(specs, options as never);
    refuseStray([
      [
        options.data !== undefined && options.units !== undefined,
        "--units is for random patterns; images of --data have their own",
      ],
    ]);
  },
  prepare,
};

async function prepare(options: Options, file: string, resumed: KeptTraining | undefined): Promise<PreparedTraining> {
  const { out, seed, data, split, invert } = options;
  const values = readOptionFlags(specs, options as never);
  const {
    units = 64,
    energy,
    writeSteps,
    writeRate: firstWriteRate,
    penalty,
    decay,
    readSteps,
    readRate,
    epochs,
    rate,
    finalRate,
    optimiser,
    damage: chosen,
    ...learning
  } = values;
  const isPictures = data !== undefined;
  const learned = isPictures ? await readGreySet({ ...options, data }) : undefined;
  const damage = isPictures && options.damage === undefined ? block() : chosen;
  const { limit: __, perClass: ___, ...whole } = options;
  const part = isPictures && data !== "glyphs" ? await testPartOf(await dataFolder(data), split) : undefined;
  const tested = part === undefined || !isPictures ? undefined : await readGreySet({ ...whole, data, split: part });
  const random = new Random(seed);
  const written = {
    energy,
    writeSteps,
    writeRate: firstWriteRate ?? (isPictures || energy.rates !== undefined ? undefined : learning.patterns / 2),
    penalty,
    decay,
    readSteps,
    readRate,
  };
  const images = learned && vectorsOf(learned);
  const memory = energyMemoryOf(images?.units ?? units, written, random.fork(STREAMS.parameters));
  memory.shape = learned?.shape;
  const source = { patterns: learning.patterns, damage };
  const set = tested ?? learned;
  return gradientTraining(
    { options, file, resumed },
    {
      epochs,
      optimiser,
      learning,
      rate: decayingRate(rate, finalRate, epochs),
      rates: { rate, finalRate },
      facts: {
        ...(isPictures ? { data, split, invert, images: learned?.count } : { data: "random patterns" }),
        ...madeNotes("damage", damage as Made & typeof damage),
      },
      updates: Math.ceil(learning.episodes / learning.batch),
      columns: [
        { title: "loss", value: ({ loss }: EnergyReport) => loss },
        { title: "wrong units", value: ({ wrong }) => wrong },
        { title: "in the cue", value: ({ cueWrong }) => cueWrong },
      ],
      train: (settings) => trainBy(energyTraining, memory, images, { ...settings, damage }),
      entry: ({ loss, wrong, cueWrong, distortion, cueDistortion, rises }) => ({
        loss,
        wrong,
        cueWrong,
        distortion,
        cueDistortion,
        rises,
      }),
      async save(notes) {
        memory.notes = notes;
        await saveMemory(out, memory);
      },
      opening: [
        learned === undefined
          ? `${count(learning.patterns, "random pattern")} of ${memory.units} units in an episode`
          : `${count(learning.patterns, "image")} of ${learned.name} in an episode`,
        `Training an energy memory, ${memory.describe()}`,
      ],
      test: () =>
        scoreEnergyMemory(memory, new EpisodeSource(memory.units, set && vectorsOf(set), source), {
          episodes: TESTED,
          random: random.fork(STREAMS.test),
        }),
      closing({ recalls, wrong, wrongError, cueWrong, distortion, cueDistortion }) {
        const from = tested === undefined ? "" : ` of ${tested.name}`;
        return [
          `${count(recalls, "recall")} from fresh episodes${from}: ${wrong.toFixed(3)} wrong units, standard error ${wrongError.toFixed(3)}; ${cueWrong.toFixed(2)} in the cues`,
          `mean squared error ${distortion.toFixed(4)}; ${cueDistortion.toFixed(4)} of the cues`,
          `Store patterns: engram store --model ${out} patterns.npy --out mine.safetensors`,
        ];
      },
    },
  );
}

/** Grey pictures as vectors, 0 for black to 1 for white. */
function vectorsOf({ values, shape, count: rows }: GreySet): VectorSet {
  return new VectorSet(
    matrix(
      rows,
      shape[0] * shape[1],
      Float64Array.from(values, (grey) => grey / 255),
    ),
    { shape },
  );
}
