/** One epoch of a classifier of bags; the work of rivals/pooling_torch.py. */
import { BagClassifier, bagTraining, isParameter, leaves } from "../../dist/neural/index.js";
import { workspaceThreads } from "../../dist/node/index.js";
import { trainBy } from "../../dist/training/index.js";
import { race, read, serve, threads } from "./serve.mjs";

const { instance, features, batch, rate, clip, seed } = race;
const { makeWorkspace: workspace } = await workspaceThreads(threads);

function epoch() {
  const bags = {
    units: instance,
    values: read("values.bin", Float32Array),
    rows: read("rows.bin", Uint32Array),
    starts: read("starts.bin", Uint32Array),
    labels: read("labels.bin", Uint8Array),
  };
  const start = read("parameters.bin", Float32Array);
  const run = async () => {
    const classifier = new BagClassifier(instance, { features });
    let at = 0;
    for (const { values } of leaves(classifier.parameters, isParameter).values()) {
      values.set(start.subarray(at, at + values.length));
      at += values.length;
    }
    for await (const _ of trainBy(bagTraining, classifier, bags, { epochs: 1, batch, rate, clip, seed, workspace }));
    return classifier;
  };
  const encode = ({ parameters }) =>
    Float32Array.from([...leaves(parameters, isParameter).values()].flatMap(({ values }) => [...values]));
  return { run, encode };
}

await serve({ epoch });
