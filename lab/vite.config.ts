import { defineConfig } from "vite";
import { results } from "./results.js";

/** On a slow machine, a build says nothing of its own plugins. */
const quiet = { checks: { bundlerTimings: false } };

export default defineConfig({
  // Relative addresses: the lab works wherever its folder is served from.
  base: "./",
  plugins: [results()],
  build: { outDir: "../dist/lab", emptyOutDir: true, target: "es2022", rolldownOptions: quiet },
  worker: { format: "es", rolldownOptions: quiet },
});
