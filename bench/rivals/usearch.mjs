/** usearch's exact search for the nearest vector of each query, by inner product; ENGRAM_MODULES names the folder that has it. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { race, read, serve, threads } from "../ours/serve.mjs";

const require = createRequire(join(process.env.ENGRAM_MODULES, "package.json"));
const { exactSearch, MetricKind } = require("usearch");
const { version } = JSON.parse(
  readFileSync(join(process.env.ENGRAM_MODULES, "node_modules/usearch/package.json"), "utf8"),
);
const keys = read("keys.bin", Float32Array);
const cues = read("cues.bin", Float32Array);

const search = () => ({
  run: () => exactSearch(keys, cues, race.units, 1, MetricKind.IP, threads),
  encode: ({ keys }) => Float64Array.from(keys, Number),
});

await serve({ search }, { name: "usearch", version, blas: "its own kernels", node: process.version });
