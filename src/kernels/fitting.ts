import { disposeSymbol } from "../disposing.js";
import { disposedError, internal } from "../errors.js";
import type { MakeWorkspace, Workspace } from "./workspace.js";

/** What was built in a workspace, until it is disposed of with the workspace. */
export class Held<T> {
  readonly #what: string;
  readonly #workspace: Workspace;
  #built: T | undefined;

  /** @param what the owner, for the error, such as "chains" */
  constructor(what: string, { workspace, built }: Built<T>) {
    this.#what = what;
    this.#workspace = workspace;
    this.#built = built;
  }

  /** @throws ArgumentError once it was disposed of */
  get value(): T {
    if (this.#built === undefined) throw disposedError(this.#what);
    return this.#built;
  }

  dispose(): void {
    this.#built = undefined;
    this.#workspace.dispose();
  }
}

/** The result of `buildFitting`: what was built, and its workspace. */
export interface Built<T> {
  readonly workspace: Workspace;
  readonly built: T;
}

/**
 * Builds something in a workspace that is just large enough for it. `build` is called twice, first to count the bytes
 * of its arrays. It must only make arrays and fill them: the operations of the workspace come later.
 */
export function buildFitting<T>(make: MakeWorkspace, build: (workspace: Workspace) => T): Built<T> {
  const counter = new CountingWorkspace();
  build(counter);
  const workspace = make(counter.bytes);
  try {
    return { workspace, built: build(workspace) };
  } catch (error) {
    workspace.dispose();
    throw error;
  }
}

/** Counts the bytes of the arrays that are made; it has no operations. */
class CountingWorkspace implements Workspace {
  readonly threads = 1;
  readonly product = noOperation;
  readonly draw = noOperation;
  readonly drawNormal = noOperation;
  readonly transpose = noOperation;
  readonly transposeBits = noOperation;
  readonly columnSums = noOperation;
  readonly softplusSums = noOperation;
  readonly adam = noOperation;
  readonly ascend = noOperation;
  readonly ascendProducts = noOperation;
  readonly apply = noOperation;
  readonly combine = noOperation;
  readonly copy = noOperation;
  readonly clear = noOperation;
  readonly rowSums = noOperation;
  readonly softmax = noOperation;
  readonly logSumExps = noOperation;
  readonly products = noOperation;
  readonly energyGaps = noOperation;
  readonly gapGradients = noOperation;
  readonly ascendColumns = noOperation;
  readonly prepare = noOperation;
  readonly dispose = noOperation;
  readonly [disposeSymbol] = noOperation;
  bytes = 0;

  float32(length: number): Float32Array {
    return this.#counted(new Float32Array(length));
  }

  float64(length: number): Float64Array {
    return this.#counted(new Float64Array(length));
  }

  words(length: number): Uint32Array {
    return this.#counted(new Uint32Array(length));
  }

  #counted<A extends ArrayBufferView>(array: A): A {
    this.bytes += Math.ceil(array.byteLength / 64) * 64;
    return array;
  }
}

function noOperation(): never {
  throw internal("an operation of a workspace was called while its arrays were being counted");
}
