import { defineConfig } from "vite";

export default defineConfig({
  // Relative addresses: the lab works wherever its folder is served from.
  base: "./",
  build: { outDir: "../dist/lab", emptyOutDir: true, target: "es2022" },
  worker: { format: "es" },
});
