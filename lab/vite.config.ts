import { defineConfig, type Plugin } from "vite";
import { offline } from "./offline.js";
import { results } from "./results.js";

/** On a slow machine, a build says nothing of its own plugins. */
const quiet = { checks: { bundlerTimings: false } };

/**
 * What is large is computed in workers, which have kernels in WebAssembly. The page itself goes without their code, as where
 * a browser forbids it: half of what it would load.
 */
const withoutWebAssembly: Plugin = {
  name: "page-without-webassembly",
  load: (id) =>
    /\/kernels\/wasm\/module\.generated\.js$/.test(id)
      ? 'export const [moduleBase64, workspaceBase64, sharedWorkspaceBase64] = ["", "", ""];'
      : null,
};

export default defineConfig({
  // Relative addresses: the lab works wherever its folder is served from.
  base: "./",
  plugins: [withoutWebAssembly, results(), offline(new URL("./public/", import.meta.url))],
  build: { outDir: "../dist/lab", emptyOutDir: true, target: "es2022", rolldownOptions: quiet },
  worker: { format: "es", rolldownOptions: quiet },
});
