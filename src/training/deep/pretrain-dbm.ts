import { ArgumentError, requireOptions } from "../../errors.js";
import { buildFitting } from "../../kernels/index.js";
import { Random } from "../../math/random.js";
import type { DeepBoltzmannMachine } from "../../models/index.js";
import { restoreCheckpointOf, takeCheckpointOf } from "../checkpoint-of.js";
import type { CheckpointMetadata, SavedCheckpoint, TrainingCheckpoint } from "../rbm/checkpoint.js";
import { asDataSource, type TrainingData } from "../rbm/data.js";
import {
  asCommon,
  asLayerSettings,
  type DeepLayerOptions,
  type DeepTrainingCommon,
  describeCommon,
  describeLayer,
} from "./dbm-options.js";
import { inSlices } from "./in-slices.js";
import { LayerPretraining } from "./layer-pretraining.js";

/** How a deep Boltzmann machine is pre-trained. */
export interface DeepPretraining extends DeepTrainingCommon {
  /** One for each layer of weights, from below. */
  readonly layers: readonly [lower: DeepLayerOptions, upper: DeepLayerOptions];
}

/** How pre-training stands. The machine has the weights of this moment until the next report. */
export interface DeepPretrainingReport {
  /** The weights that learn: 1 are the lower ones. */
  readonly layer: 1 | 2;
  readonly layers: 2;
  /** Epochs of this layer that are over. */
  readonly epoch: number;
  readonly updates: number;
  /** At this point of its schedule. */
  readonly rate: number;
  /** Mean of -log p of the layer below given drawn states of the one above, over the rows of the last batch, nats a row. */
  readonly reconstructionError: number;
  /** All that is needed to go on from here, with the same bits; to be called before the next report is asked for. */
  checkpoint(): TrainingCheckpoint;
}

const KIND = { kind: "deep Boltzmann pre-training 1", name: "a deep Boltzmann machine's pre-training" };

/**
 * Pre-trains a deep Boltzmann machine layer by layer (Salakhutdinov and Hinton, Deep Boltzmann machines, 2009), by two RBMs that
 * make up for the layer that each of them lacks: h^1, which will feel v and h^2, feels v twice in the lower one,
 * p(h^1 | v) = sigmoid(2 W_1^T v + c), and h^2 twice in the upper one, whose data are states of h^1 drawn so. Both learn by
 * CD-1, with the doubled weights in both phases. Put together their weights go in once, and the biases of h^1 are the mean of
 * those that it has in the two. The weights of a layer that are all 0 are first drawn from a normal distribution of standard
 * deviation 0.01. The same seed gives the same bits, with any workspace and any threads, and so does a pre-training that was
 * resumed from a checkpoint.
 *
 * @throws ArgumentError for an option out of its range or a checkpoint of another pre-training, ShapeError or DataError for
 *   data that do not fit the visible units, EngramError where parameters stop being finite, the signal's reason where it was
 *   aborted
 */
export async function* pretrainDeepBoltzmannMachine(
  machine: DeepBoltzmannMachine,
  data: TrainingData,
  options: DeepPretraining,
): AsyncGenerator<DeepPretrainingReport, void> {
  requireOptions(options, "{ layers }");
  const source = asDataSource(data, machine.visible);
  const given: readonly DeepLayerOptions[] | undefined = options.layers;
  if (given?.length !== 2) {
    throw new ArgumentError(`layers has ${given?.length ?? "no"} entries; give options for both layers`);
  }
  const settings = given.map((layer, l) => asLayerSettings(layer, source.rows, `options of layers[${l}]`));
  const { seed, resume, workspace, signal } = asCommon(options);
  let described: Record<string, string> | undefined;
  const settled = (l: 0 | 1) => {
    described ??= {
      ...describeCommon(machine, source, seed),
      ...Object.fromEntries(
        settings.flatMap((layer, k) =>
          Object.entries(describeLayer(layer)).map(([name, value]) => [`${name} of layer ${k + 1}`, value]),
        ),
      ),
    };
    return { ...described, layer: String(l + 1) };
  };
  const begun = resume === undefined ? 0 : levelOf(resume);
  for (const l of [0, 1] as const) {
    if (l < begun) continue;
    const random = new Random(seed).fork(l);
    const { workspace: room, built } = buildFitting(
      workspace,
      (place) => new LayerPretraining(place, machine, l, source, settings[l], random),
    );
    try {
      if (resume === undefined || l > begun) built.begin();
      else {
        restoreCheckpointOf(KIND, resume, built.arrays, settled(l));
        built.refresh();
      }
      while (built.epoch < settings[l].epochs) {
        const told = await inSlices(built.learn(), signal);
        built.store();
        const { epoch } = built;
        const checkpoint = () => takeCheckpointOf(KIND, built.arrays, settled(l));
        yield { ...told, layer: l === 0 ? 1 : 2, layers: 2, epoch, rate: settings[l].rate.at(epoch), checkpoint };
      }
    } finally {
      room.dispose();
    }
  }
}

/** The weights that a checkpoint was trained; what it is at all is looked at later. */
function levelOf(saved: SavedCheckpoint): 0 | 1 {
  const metadata = saved?.metadata as Partial<CheckpointMetadata> | undefined;
  return metadata?.settings?.layer === "2" ? 1 : 0;
}
