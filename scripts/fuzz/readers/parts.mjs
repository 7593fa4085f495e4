import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** The finished parts of an experiment that was stopped. */
export async function partsReader(folder) {
  const { KeptParts } = await import(new URL("../../../dist/node/reproduce/kept-parts.js", import.meta.url));
  const order = { experiment: { id: "fuzz/parts", version: 1, tasks: () => 6 }, parameters: { draws: 6 }, seed: 1 };
  const parts = Array.from({ length: 6 }, (_, task) => ({ task, wrong: [task, 2.5, 1e-9], name: `part ${task}` }));
  const place = join(folder, "parts");
  const path = KeptParts.open(place, order).path;
  const written = (tasks) => {
    writeFileSync(path, "");
    const kept = KeptParts.open(place, order);
    for (const task of tasks) kept.add(task, { part: parts[task], seconds: 1 });
    kept.close();
    return Uint8Array.from(readFileSync(path));
  };
  return {
    name: "parts of experiments",
    share: 0.5,
    sounds: async () => [written([0, 1, 2, 3]), written([5, 4]), written([0])],
    async read(bytes) {
      writeFileSync(path, bytes);
      const kept = KeptParts.open(place, order);
      kept.close();
      const found = [...kept.found].sort(([a], [b]) => a - b);
      // Lines that were lost are work to be done again; what is there must be what was saved.
      const faithful = found.every(([task, { part }]) => JSON.stringify(part) === JSON.stringify(parts[task]));
      return { value: JSON.stringify(found), faithful };
    },
  };
}
