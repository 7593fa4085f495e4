/** Gradient steps of a memory network; the work of rivals/stories_torch.py. */
import { isParameter, leaves, MemoryNetwork, storyTraining } from "../../dist/neural/index.js";
import { workspaceThreads } from "../../dist/node/index.js";
import { trainBy } from "../../dist/training/index.js";
import { race, read, readJson, serve, threads } from "./serve.mjs";

const { dimension, hops, memories, updates: count, rate, clip, seed } = race;
const { makeWorkspace: workspace } = await workspaceThreads(threads);
const { stories, words } = readJson("stories.json");

function updates() {
  const start = read("parameters.bin", Float32Array);
  const run = async () => {
    const network = new MemoryNetwork(words, { dimension, hops, memories });
    let at = 0;
    for (const { values } of leaves(network.parameters, isParameter).values()) {
      values.set(start.subarray(at, at + values.length));
      at += values.length;
    }
    // All stories in every update: their order does not matter.
    const options = { epochs: count, batch: stories.length, linear: 0, empty: 0, rate, clip, seed, workspace };
    for await (const _ of trainBy(storyTraining, network, stories, options));
    return network;
  };
  const encode = ({ parameters }) =>
    Float32Array.from([...leaves(parameters, isParameter).values()].flatMap(({ values }) => [...values]));
  return { run, encode };
}

await serve({ updates });
