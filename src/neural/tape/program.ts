import { type Disposes, disposeSymbol } from "../../disposing.js";
import { ShapeError } from "../../errors.js";
import { buildFitting, defaultWorkspace, type MakeWorkspace } from "../../kernels/index.js";
import { isShape, leaves, type Mapped, mapTree } from "../tree.js";
import { doubleKernels } from "./double.js";
import { isTensor } from "./gradient.js";
import { type TensorKernels, tensorKernels, type Values } from "./kernels.js";
import { type Call, type Plan, planOf } from "./plan.js";
import { type Operation, Tensor } from "./tensor.js";

/** A function of tensors, traced once: a tree of inputs of known shapes and what is computed from them. */
export interface Traced<Inputs, Results> {
  readonly inputs: Mapped<Inputs, Tensor>;
  readonly results: Results;
  readonly plan: Plan;
}

/** Traces a function of tensors with these shapes and plans its computation. */
export function trace<const Inputs, Results>(
  inputs: Inputs,
  build: (inputs: Mapped<Inputs, Tensor>) => Results,
): Traced<Inputs, Results> {
  const tensors = mapTree(inputs, isShape, (shape) => new Tensor(shape));
  const results = build(tensors);
  return { inputs: tensors, results, plan: planOf([...leaves(results, isTensor).values()]) };
}

/** Options of `compile`. */
export interface CompileOptions {
  /** "single", the default, computes in a workspace; "double" in plain TypeScript, for checks and small models. */
  readonly precision?: "single" | "double" | undefined;
  /** Makes the workspace; defaults to `defaultWorkspace`. It does not affect results. */
  readonly workspace?: MakeWorkspace | undefined;
}

/** A traced function with memory. Runs do not allocate. */
export interface Program<Inputs, Results> extends Disposes {
  /** The numbers of the inputs, row after row: set them, then `run`. */
  readonly inputs: Inputs;
  /** The numbers of the results of the last run. */
  readonly results: Results;
  run(): void;
  /**
   * Runs up to the first operation with a result that is not finite, for errors: its name and its place in the order of
   * operations; undefined if all numbers are finite.
   */
  firstNotFinite(): { readonly operation: string; readonly at: number } | undefined;
  /** Releases the memory. */
  dispose(): void;
}

/** Traces a function and gives it memory of its own. */
export function compile<const Inputs, Results>(
  inputs: Inputs,
  build: (inputs: Mapped<Inputs, Tensor>) => Results,
  { precision = "single", workspace = defaultWorkspace }: CompileOptions = {},
): Program<Mapped<Inputs, Values>, Mapped<Results, Values>> {
  const traced = trace(inputs, build);
  if (precision === "double") return programOf(traced, doubleKernels());
  const { workspace: own, built } = buildFitting(workspace, (room) => programOf(traced, tensorKernels(room)));
  const dispose = () => own.dispose();
  return Object.assign(built, { dispose, [disposeSymbol]: dispose });
}

/** Arrays that several programs have in common. */
export interface SharedArrays {
  /** Of all programs, of which one runs at a time: as long as the longest arena. */
  readonly arena: Values;
  /** Of inputs, by their names: parameters, for instance. */
  readonly inputs?: ReadonlyMap<string, Values>;
}

/** Gives a traced function memory: arrays of the kernels. */
export function programOf<Inputs, Results>(
  { inputs, results, plan }: Traced<Inputs, Results>,
  kernels: TensorKernels,
  shared: SharedArrays = { arena: kernels.zeros(plan.length) },
): Program<Mapped<Inputs, Values>, Mapped<Results, Values>> {
  const own = new Map<Tensor, Values>();
  for (const [name, tensor] of leaves(inputs, isTensor))
    own.set(tensor, sharedInput(shared, name, tensor) ?? kernels.zeros(tensor.size));
  for (const tensor of plan.sources) {
    if (own.has(tensor)) continue;
    const array = kernels.zeros(tensor.size);
    if (typeof tensor.values === "number") array.fill(tensor.values);
    else array.set(tensor.values ?? []);
    own.set(tensor, array);
  }
  const numbersOf = (tensor: Tensor): Values => {
    const place = plan.places.get(tensor);
    // An input on which nothing depends has no place.
    const array = place?.kind === "arena" ? shared.arena : (own.get(place?.tensor ?? tensor) as Values);
    const offset = place?.offset ?? 0;
    return array.subarray(offset, offset + tensor.size);
  };
  const steps = plan.calls.map((call) => stepOf(call, kernels, numbersOf));
  let joined: readonly (() => void)[] | undefined;
  return {
    inputs: mapTree(inputs, isTensor, numbersOf),
    results: mapTree(results, isTensor, numbersOf),
    run() {
      joined ??= joinedSteps(steps, kernels);
      for (const step of joined) step();
    },
    firstNotFinite() {
      for (let at = 0; at < steps.length; at++) {
        steps[at].run();
        const { result } = plan.calls[at];
        if (!numbersOf(result).every(Number.isFinite)) return { operation: result.operation?.name ?? "", at };
      }
      return undefined;
    },
    dispose() {},
    [disposeSymbol]() {},
  };
}

/** The computation of one tensor. */
interface Step {
  readonly run: () => void;
  /** Whether it consists of operations of the kernels. */
  readonly isOfKernels: boolean;
}

function stepOf({ result, inputs, added }: Call, kernels: TensorKernels, numbersOf: (tensor: Tensor) => Values): Step {
  const [out, arrays] = [numbersOf(result), inputs.map(numbersOf)];
  const { prepare, prepareAlone } = result.operation as Operation;
  if (prepareAlone !== undefined) return { run: prepareAlone(out, arrays), isOfKernels: false };
  if (added === undefined) return { run: prepare?.(kernels, out, arrays) as () => void, isOfKernels: true };
  const [other, ...factors] = arrays;
  const accumulate = added.operation?.accumulate?.(kernels, out, factors) as () => void;
  if (other.byteOffset === out.byteOffset && other.buffer === out.buffer) return { run: accumulate, isOfKernels: true };
  const whole = { rows: 1, columns: out.length, values: other, stride: out.length, out, outStride: out.length };
  const run = () => {
    kernels.copy(whole);
    accumulate();
  };
  return { run, isOfKernels: true };
}

/** The steps, with all that follow one another in the kernels as one. */
function joinedSteps(steps: readonly Step[], kernels: TensorKernels): (() => void)[] {
  const joined: (() => void)[] = [];
  for (let at = 0; at < steps.length; ) {
    let end = at;
    while (end < steps.length && steps[end].isOfKernels) end++;
    if (end === at) joined.push(steps[at++].run);
    else {
      const own = steps.slice(at, end);
      joined.push(
        kernels.prepare(() => {
          for (const { run } of own) run();
        }),
      );
      at = end;
    }
  }
  return joined;
}

function sharedInput({ inputs }: SharedArrays, name: string, { size }: Tensor): Values | undefined {
  const array = inputs?.get(name);
  if (array === undefined || array.length === size) return array;
  throw new ShapeError(`the shared input ${name} has ${array.length} numbers; the program needs ${size}`);
}
