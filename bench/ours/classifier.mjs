/** One epoch of a dense classifier; the work of rivals/classifier_torch.py. */
import { matrix } from "../../dist/math/index.js";
import { DenseClassifier } from "../../dist/models/index.js";
import { workspaceThreads } from "../../dist/node/index.js";
import { probabilities, train } from "../../dist/training/index.js";
import { race, read, serve, threads } from "./serve.mjs";

const { pixels, classes, memories, batch, seed, settings } = race;
const { makeWorkspace: workspace } = await workspaceThreads(threads);

function epoch({ power, temperature, errorPower, rate, momentum }) {
  const labels = read("labels.bin", Uint8Array);
  const images = probabilities(read("images.bin", Uint8Array));
  const start = read(`start-${power}.bin`, Float64Array);
  const run = async () => {
    const own = matrix(memories, pixels + classes, start.slice());
    const classifier = new DenseClassifier({ memories: own, classes, power, temperature });
    const options = { labels, epochs: 1, batch, rate, momentum, errorPower, seed, workspace };
    for await (const _ of train(classifier, images, options));
    return classifier;
  };
  return { run, encode: (classifier) => Float32Array.from(classifier.memories.values) };
}

await serve(Object.fromEntries(settings.map((setting) => [`epoch-${setting.power}`, () => epoch(setting)])));
