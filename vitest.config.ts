import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["**/node_modules/**", "dist/**"],
    // One thread a core that keeps its modules from file to file: most of the time of a run was loading them afresh.
    pool: "threads",
    isolate: false,
    maxWorkers: "100%",
    // The built library runs as Node runs it, not as the test runner would transform it.
    server: { deps: { external: [/\/dist\//] } },
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
