/** Dense products in float32; the works of rivals/dense_numpy.py. */
import { workspaceThreads } from "../../dist/node/index.js";
import { race, read, serve, threads } from "./serve.mjs";

const { size } = race;
const { makeWorkspace } = await workspaceThreads(threads);
const [left, right] = ["a.bin", "b.bin"].map((name) => read(name, Float32Array));

function workspace() {
  const own = makeWorkspace(3 * 4 * size * size);
  const [a, b, out] = Array.from({ length: 3 }, () => own.float32(size * size));
  a.set(left);
  b.set(right);
  return {
    own,
    a,
    b,
    out,
    product: { rows: size, inner: size, columns: size, a: { kind: "dense", values: a }, b, out },
  };
}

/** Of arrays that are in the workspace. */
function product() {
  const { own, out, product } = workspace();
  return { run: () => own.product(product), encode: () => out };
}

/** Of arrays outside: they are copied into a workspace, and the product out of it. */
function fresh() {
  const { own, a, b, out, product } = workspace();
  const run = () => {
    a.set(left);
    b.set(right);
    own.product(product);
    return out.slice();
  };
  return { run, encode: (result) => result };
}

await serve({ product, fresh });
