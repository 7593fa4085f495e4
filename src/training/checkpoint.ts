import { CheckpointError } from "../errors.js";
import { quote, shortened } from "../names.js";

/** The arrays that a checkpoint keeps, by name; they are live. */
export type LiveArrays = ReadonlyMap<string, CheckpointArray>;

export type CheckpointArray = Float64Array | Float32Array | Uint32Array;

/**
 * All that a training needs to continue and end with the same bits: arrays by name, and settings that JSON can hold.
 */
export interface TrainingCheckpoint {
  readonly arrays: ReadonlyMap<string, CheckpointArray>;
  readonly metadata: CheckpointMetadata;
}

/** A checkpoint as it may come from a file: its content is checked before it is used. */
export interface SavedCheckpoint {
  readonly arrays: ReadonlyMap<string, unknown>;
  readonly metadata: unknown;
}

/** The kind of training that a checkpoint belongs to, and its settings by name. */
export type CheckpointMetadata = { readonly kind: string; readonly settings: Readonly<Record<string, string>> };

/** The training that a checkpoint belongs to. */
export interface CheckpointOwner {
  /** The kind of training, with the version of its checkpoints. */
  readonly kind: string;
  readonly arrays: LiveArrays;
  /** The settings that must be the same for a checkpoint to be resumed. */
  settings(): Readonly<Record<string, string>>;
}

/** Copies live arrays. */
export function takeCheckpoint(owner: CheckpointOwner): TrainingCheckpoint {
  const arrays = Array.from(owner.arrays, ([name, array]): [string, CheckpointArray] => [name, array.slice()]);
  return { arrays: new Map(arrays), metadata: { kind: owner.kind, settings: owner.settings() } };
}

/** The metadata of a checkpoint, unchecked. */
export function settingsOf(saved: SavedCheckpoint): Partial<CheckpointMetadata> {
  return saved?.metadata ?? {};
}

/**
 * Sets live arrays to those of a checkpoint.
 *
 * @param then called once they are set; if it throws, all arrays get their old values back
 * @throws CheckpointError naming the first setting or array that differs from this training, before anything changes
 */
export function restoreCheckpoint(owner: CheckpointOwner, saved: SavedCheckpoint, then: () => void): void {
  const { kind, arrays: live } = owner;
  requireKind(saved, kind);
  const { settings } = settingsOf(saved);
  const { arrays } = saved;
  for (const [name, wanted] of Object.entries(owner.settings())) {
    const before = settings?.[name];
    if (before !== wanted) throw mismatch(name, before, wanted);
  }
  for (const [name, array] of live) requireArray(name, arrays.get(name), array);
  const before = Array.from(live.values(), (array) => array.slice());
  try {
    for (const [name, array] of live) array.set(arrays.get(name) as CheckpointArray);
    then();
  } catch (error) {
    for (const [k, array] of [...live.values()].entries()) array.set(before[k]);
    throw error;
  }
}

/** Throws unless a checkpoint is one of this kind of training. */
export function requireKind(saved: SavedCheckpoint, kind: string): void {
  const found = settingsOf(saved).kind;
  if (found === kind && saved.arrays instanceof Map) return;
  throw new CheckpointError(
    `the checkpoint is of the kind ${quote(found)}; expected ${quote(kind)}, as returned by report.checkpoint()`,
    { setting: "kind", saved: found === undefined ? undefined : String(found), wanted: kind },
  );
}

function mismatch(setting: string, saved: string | undefined, wanted: string): CheckpointError {
  return new CheckpointError(
    `the checkpoint has ${setting} ${shortened(String(saved ?? "missing"))} but this training has ${wanted}; resume with the original settings`,
    { setting, saved, wanted },
  );
}

/** Throws unless a saved array can take the place of a live one. */
export function requireArray(name: string, saved: unknown, array: CheckpointArray): void {
  const wanted = `${array.length} numbers`;
  const values = saved as CheckpointArray | undefined;
  if (values?.constructor !== array.constructor || values.length !== array.length) {
    throw new CheckpointError(`the checkpoint is incomplete: it lacks the ${wanted} of ${name}`, {
      setting: name,
      saved: values === undefined ? undefined : `${values.length} numbers`,
      wanted,
    });
  }
  const isCount = name === "progress";
  const bad = values.findIndex((x) => !(isCount ? Number.isInteger(x) && x >= 0 : Number.isFinite(x)));
  if (bad < 0) return;
  throw new CheckpointError(`the checkpoint is corrupted: ${name} contains ${values[bad]}`, {
    setting: name,
    saved: String(values[bad]),
    wanted: isCount ? "whole numbers of at least 0" : "finite numbers",
  });
}
