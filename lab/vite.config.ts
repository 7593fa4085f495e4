import { defineConfig } from "vite";

/** On a slow machine, a build says nothing of its own plugins. */
const quiet = { checks: { bundlerTimings: false } };

export default defineConfig({
  // Relative addresses: the lab works wherever its folder is served from.
  base: "./",
  build: { outDir: "../dist/lab", emptyOutDir: true, target: "es2022", rolldownOptions: quiet },
  worker: { format: "es", rolldownOptions: quiet },
});
