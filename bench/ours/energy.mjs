/** Meta-gradient steps of an energy memory; the work of rivals/energy_torch.py. */
import { EnergyMemory, energyTraining, isParameter, leaves, reconstruction } from "../../dist/neural/index.js";
import { workspaceThreads } from "../../dist/node/index.js";
import { trainBy } from "../../dist/training/index.js";
import { race, read, serve, threads } from "./serve.mjs";

const { units, features, patterns, batch, updates: count, writeSteps, readSteps, rate, clip, seed } = race;
const { makeWorkspace: workspace } = await workspaceThreads(threads);

function updates() {
  const start = read("parameters.bin", Float32Array);
  const run = async () => {
    const memory = new EnergyMemory({
      units,
      energy: reconstruction({ features }),
      write: { steps: writeSteps },
      read: { steps: readSteps },
    });
    let at = 0;
    for (const { values } of leaves(memory.parameters, isParameter).values()) {
      values.set(start.subarray(at, at + values.length));
      at += values.length;
    }
    const options = { epochs: 1, episodes: count * batch, batch, patterns, rate, clip, seed, workspace };
    for await (const _ of trainBy(energyTraining, memory, undefined, options));
    return memory;
  };
  const encode = ({ parameters }) =>
    Float32Array.from([...leaves(parameters, isParameter).values()].flatMap(({ values }) => [...values]));
  return { run, encode };
}

await serve({ updates });
