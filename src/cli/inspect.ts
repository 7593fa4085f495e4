import type { Command } from "commander";
import { loadMemory } from "../node/index.js";
import { newCommand } from "./options.js";
import { count, print, short, warn } from "./output.js";
import { describeMemory, patternName } from "./words.js";

/** Patterns that are listed for a person. */
const listed = 20;

export function inspectCommand(): Command {
  return newCommand(
    "inspect",
    "Tell what a memory file holds, and how firmly.",
    "engram inspect digits.safetensors --json",
  )
    .argument("<memory>", "a memory file that engram store wrote")
    .action(inspect);
}

async function inspect(file: string, { json }: { json?: true }): Promise<void> {
  const memory = await loadMemory(file);
  const { patterns } = memory;
  const inspection = memory.inspect();
  const { load, fixedPoints, stabilities, minStability = 0, warning } = inspection;
  print(json, { file, ...inspection, shape: patterns?.shape, labels: patterns?.labels }, () => [
    `${file}: ${describeMemory(memory)}`,
    `load ${short(load)}, ${fixedPoints} of ${count(inspection.patterns, "pattern")} stable, smallest stability ${short(minStability)}`,
    "",
    "stability   pattern",
    ...stabilities
      .slice(0, listed)
      .map((kappa, mu) => `${short(kappa).padEnd(12)}${patterns && patternName(patterns, mu)}`),
    ...(stabilities.length > listed ? [`... and ${stabilities.length - listed} more; --json lists all`] : []),
  ]);
  warn(json, warning);
}
