import { allRules, decodeMemory, encodeMemory, Hopfield, memoryKinds, Random, randomPatterns } from "engram";
import { selectItems } from "engram/memories";
import { neuralMemoryKinds } from "engram/neural";
import { sealed } from "./safetensors.mjs";

const [LEFT, RIGHT] = [20, 9];

const kinds = [...memoryKinds, ...neuralMemoryKinds];

function memoryFiles() {
  const set = (count, units, seed) => randomPatterns(count, units, new Random(seed));
  const files = {};
  for (const rule of allRules) {
    files[`hopfield ${rule.name}`] = [3, 2].map((count) =>
      encodeMemory(new Hopfield(LEFT, { rule: rule.make() }).store(set(count, LEFT, count))),
    );
  }
  for (const kind of kinds.filter(({ name }) => name !== "hopfield")) {
    const isPairs = kind.items === "pairs";
    const rules = "rule" in kind.options ? kind.options.rule.from.map(({ name }) => ({ rule: name })) : [{}];
    files[kind.name] = rules.flatMap((options) =>
      [3, 2].map((count) => {
        const memory = kind.create(isPairs ? { left: LEFT, right: RIGHT } : LEFT, options);
        const left = set(count, LEFT, count);
        return encodeMemory(memory.store(isPairs ? { left, right: set(count, RIGHT, 9) } : left), { kinds });
      }),
    );
  }
  return files;
}

/** Uses a memory: whatever a forged file holds, that ends soon, with a result or a refusal. */
function used(memory) {
  const first = selectItems(memory.items, [0]);
  memory.inspect();
  memory.overlaps(first);
  // A replay takes as long as it is asked to.
  memory.recall(first, { random: new Random(1), ...(memory.kind === "sequence" && { sweeps: 3 }) });
}

/** Memories of all kinds and rules. */
export function memoryReaders() {
  return Object.entries(memoryFiles()).map(([name, files]) =>
    sealed(`memory ${name}`, files, (bytes, onWarning) => {
      const memory = decodeMemory(bytes, { kinds, onWarning });
      used(memory);
      return encodeMemory(memory, { kinds });
    }),
  );
}
