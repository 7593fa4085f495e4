/** One epoch of PCD-1, and annealed importance sampling, of a binary RBM; the works of rivals/rbm_*.py. */
import { annealedImportance } from "../../dist/likelihood/index.js";
import { bitMatrix, matrix, Random } from "../../dist/math/index.js";
import { Rbm } from "../../dist/models/index.js";
import { workspaceThreads } from "../../dist/node/index.js";
import { PatternSet } from "../../dist/patterns/index.js";
import { persistent, train } from "../../dist/training/index.js";
import { binary } from "../../dist/units/index.js";
import { race, read, readBits, serve, threads } from "./serve.mjs";

const { visible, hidden, batch, rate, seed } = race;
const { makeWorkspace: workspace } = await workspaceThreads(threads);

const weightsOf = (name) => matrix(visible, hidden, Float64Array.from(read(name, Float32Array)));

function epoch() {
  const digits = new PatternSet(readBits("data.bin", visible, race.stride));
  const run = async () => {
    const rbm = new Rbm({ visible: binary(visible), hidden: binary(hidden), weights: weightsOf("start.bin") });
    const method = persistent({ chains: batch });
    for await (const _ of train(rbm, digits, { method, batch, rate, seed, epochs: 1, workspace }));
    return rbm;
  };
  return { run, encode: parametersOf };
}

/** W (hidden x visible), then the visible and the hidden biases, in float32. */
function parametersOf(rbm) {
  const out = new Float32Array(hidden * visible + visible + hidden);
  for (let j = 0, k = 0; j < hidden; j++) {
    for (let i = 0; i < visible; i++, k++) out[k] = rbm.weights.values[i * hidden + j];
  }
  out.set(rbm.visible.named.bias, hidden * visible);
  out.set(rbm.hidden.named.bias, hidden * visible + visible);
  return out;
}

function annealing() {
  const { chains, temperatures, rows, bias } = race.annealing;
  const rbm = new Rbm({
    visible: binary(visible, { bias }),
    hidden: binary(hidden, { bias }),
    weights: weightsOf("annealing.bin"),
  });
  const { bits } = new PatternSet(readBits("data.bin", visible, race.stride));
  const data = bitMatrix(rows, visible, bits.words.subarray(0, rows * bits.stride));
  const run = () => annealedImportance(rbm, { chains, temperatures, data, random: new Random(seed), workspace });
  return { run, encode: ({ logZ, standardError }) => Float64Array.of(logZ, standardError) };
}

await serve({ epoch, annealing });
