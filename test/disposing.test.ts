import { afterEach, describe, expect, it, vi } from "vitest";
import { asyncDisposeSymbol, disposeSymbol } from "../src/disposing.js";
import {
  ArgumentError,
  Associator,
  Autoassociator,
  asynchronous,
  Bam,
  binary,
  DeepBeliefChains,
  DeepBeliefNet,
  DeepBoltzmannMachine,
  gaussian,
  Hopfield,
  hebb,
  projection,
  Random,
  Rbm,
  Recogniser,
  randomPatterns,
  SequenceMemory,
  spin,
  storkey,
  synchronous,
  train,
} from "../src/index.js";
import { defaultWorkspace, type MakeWorkspace } from "../src/kernels/index.js";
import { WasmKernels } from "../src/kernels/wasm/index.js";
import { HiddenChains, RbmChains } from "../src/likelihood/index.js";
import { DeepBoltzmannChains, WorkspaceChains } from "../src/models/index.js";

const patterns = randomPatterns(4, 70, new Random(1));
const random = () => new Random(2);

type Stored = { dispose(): void; [Symbol.dispose](): void };
const memories: [string, (kernels: WasmKernels) => Stored & { recall(cue: never, options: object): unknown }][] = [
  ["a Hopfield net", (kernels) => new Hopfield(70, { kernels }).store(patterns)],
  ["a projection memory", (kernels) => new Hopfield(70, { kernels, rule: projection() }).store(patterns)],
  ["a memory with a matrix", (kernels) => new Hopfield(70, { kernels, rule: storkey() }).store(patterns)],
  ["a sequence", (kernels) => new SequenceMemory(70, { kernels }).store(patterns)],
];

describe("kernels' memory comes back at dispose, without a collection, and the memory recalls as before:", () => {
  it.each(memories)("%s", (_, make) => {
    const kernels = new WasmKernels();
    const memory = make(kernels);
    const recall = () => memory.recall(patterns.select([1]) as never, { random: random() });
    const before = recall();
    expect(kernels.bytes).toBeGreaterThan(0);
    memory[Symbol.dispose]();
    memory.dispose();
    expect(kernels.bytes).toBe(0);
    expect(recall()).toEqual(before);
    memory.dispose();
    expect(kernels.bytes).toBe(0);
  });

  it("a BAM, with couplings that it learned over those of an earlier store", () => {
    const kernels = new WasmKernels();
    const memory = new Bam(70, 70, { kernels }).store({ left: patterns.select([0]), right: patterns.select([1]) });
    memory.recall({ left: patterns.select([0]) });
    memory.store({ left: patterns.select([2]), right: patterns.select([3]) }).recall({ left: patterns.select([0]) });
    memory[Symbol.dispose]();
    expect(kernels.bytes).toBe(0);
  });

  it("memories without any, all the same", () => {
    for (const memory of [new Associator(3, 2), new Autoassociator(3), new Recogniser(3)]) {
      memory.dispose();
      expect(memory[disposeSymbol]()).toBeUndefined();
    }
  });

  it("couplings of an earlier store, and runs that have ended", () => {
    const kernels = new WasmKernels();
    const memory = new Hopfield(70, { kernels, rule: hebb() });
    for (let k = 0; k < 20; k++) {
      memory.store(patterns.select([k % 4])).forget(0);
      memory.store(patterns.select([k % 4]));
      memory.net?.run(patterns.select([0]), { random: random() });
      memory.forget(0);
    }
    expect(kernels.bytes).toBe(0);
  });
});

describe("what is used after it was disposed of gives one clear error:", () => {
  it.each([asynchronous(), synchronous()])("a run of $name dynamics", (dynamics) => {
    const run = new Hopfield(70).store(patterns).start(patterns.select([0]), { dynamics, random: random() });
    run.advance(70);
    run[Symbol.dispose]();
    run.dispose();
    for (const use of [() => run.advance(70), () => run.read()]) {
      expect(use).toThrow(ArgumentError);
      expect(use).toThrow("the run was disposed of and cannot be used any more; make a new one");
    }
  });

  const rbm = new Rbm({ visible: binary(6), hidden: binary(3) });
  const mapped = new Rbm({ visible: spin(6), hidden: gaussian(2) });
  const net = new DeepBeliefNet([rbm]);
  const deep = new DeepBoltzmannMachine({ visible: binary(6), hidden: [binary(3), binary(2)] });
  it.each<[string, () => Stored, (chains: never) => unknown]>([
    ["WorkspaceChains", () => new WorkspaceChains(rbm, { random: random() }), (c: WorkspaceChains) => c.states()],
    ["WorkspaceChains", () => new WorkspaceChains(rbm, { random: random() }), (c: WorkspaceChains) => c.advance()],
    ["RbmChains", () => new RbmChains(rbm, { random: random() }), (c: RbmChains) => c.drawBase()],
    ["HiddenChains", () => new HiddenChains(mapped, { random: random() }), (c: HiddenChains) => c.drawBase()],
    ["DeepBeliefChains", () => new DeepBeliefChains(net, { random: random() }), (c: DeepBeliefChains) => c.advance()],
    [
      "DeepBoltzmannChains",
      () => new DeepBoltzmannChains(deep, { random: random() }),
      (c: DeepBoltzmannChains) => c.advance(),
    ],
  ])("%s", (_, make, use) => {
    const chains = make();
    chains[Symbol.dispose]();
    chains.dispose();
    expect(() => use(chains as never)).toThrow("the chains was disposed of");
  });
});

it("a training that ends early disposes of its workspace", async () => {
  let open = 0;
  const workspace: MakeWorkspace = (bytes) => {
    const made = defaultWorkspace(bytes);
    const dispose = made.dispose.bind(made);
    open++;
    made.dispose = () => {
      open--;
      dispose();
    };
    return made;
  };
  const rbm = new Rbm({ visible: binary(70), hidden: binary(3) });
  const training = train(rbm, patterns, { epochs: 100, seed: 1, workspace });
  await training.next();
  expect(open).toBe(1);
  await training[Symbol.asyncDispose]();
  expect(open).toBe(0);
  await training[asyncDisposeSymbol]();
  expect(await training.next()).toEqual({ done: true, value: undefined });
});

describe("an engine without Symbol.dispose", () => {
  afterEach(() => {
    vi.unstubAllGlobals();
    vi.resetModules();
  });

  it("gets the symbols that compilers use in its place", async () => {
    const real = Symbol;
    const kept = Object.getOwnPropertyNames(Symbol).filter(
      (name) => !/^(dispose|asyncDispose|length|name|prototype)$/.test(name),
    );
    const members = kept.map((name) => [name, Symbol[name as keyof typeof Symbol]]);
    const bare = Object.assign((name?: string) => real(name), Object.fromEntries(members));
    vi.resetModules();
    vi.stubGlobal("Symbol", bare);
    const { disposeSymbol, asyncDisposeSymbol } = await import("../src/disposing.js");
    expect([disposeSymbol, asyncDisposeSymbol]).toEqual([real.for("Symbol.dispose"), real.for("Symbol.asyncDispose")]);
  });
});
