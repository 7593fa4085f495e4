import { ArgumentError } from "../../errors.js";
import type { DeepBeliefNet, Rbm } from "../../models/index.js";
import type { CheckpointMetadata, SavedCheckpoint, TrainingCheckpoint } from "../rbm/checkpoint.js";

/** The checkpoint of RBM number l of a net, and with it the RBMs below, which are trained and stay as they are. */
export function withBelow({ rbms }: DeepBeliefNet, l: number, checkpoint: TrainingCheckpoint): TrainingCheckpoint {
  const arrays = new Map(checkpoint.arrays);
  for (let below = 0; below < l; below++) {
    for (const [name, array] of parts(rbms[below], below)) arrays.set(name, array.slice());
  }
  const { kind, settings } = checkpoint.metadata;
  return { arrays, metadata: { kind, settings: { ...settings, layer: String(l + 1) } } };
}

/**
 * Which RBM a checkpoint is of: 1 is the lowest.
 *
 * @throws ArgumentError where it does not say
 */
export function layerOf(saved: SavedCheckpoint, layers: number): number {
  const metadata = saved?.metadata as Partial<CheckpointMetadata> | undefined;
  const layer = Number(metadata?.settings?.layer);
  if (Number.isInteger(layer) && layer >= 1 && layer <= layers) return layer;
  throw new ArgumentError("resume is no checkpoint of this deep belief net; pass what report.checkpoint() gave");
}

/**
 * Sets the RBMs below number l to those of a checkpoint.
 *
 * @throws ArgumentError where it lacks one, while no RBM has changed
 */
export function restoreBelow({ rbms }: DeepBeliefNet, l: number, { arrays }: SavedCheckpoint): void {
  const below = rbms.slice(0, l).flatMap(parts);
  for (const [name, array] of below) {
    const saved = arrays instanceof Map ? arrays.get(name) : undefined;
    if (saved instanceof Float64Array && saved.length === array.length) continue;
    throw new ArgumentError(
      `resume lacks the ${array.length} numbers of ${name}; it is no whole checkpoint of this net`,
    );
  }
  for (const [name, array] of below) array.set(arrays.get(name) as Float64Array);
}

function parts({ visible, hidden, weights }: Rbm, l: number): [name: string, array: Float64Array][] {
  return [
    [`rbms.${l}.weights`, weights.values],
    [`rbms.${l}.visible`, visible.parameters],
    [`rbms.${l}.hidden`, hidden.parameters],
  ];
}
