import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { annealing } from "./annealing.js";
import { associations } from "./associations.js";
import { basinsAndCensus } from "./basins.js";
import { boltzmann } from "./boltzmann.js";
import { deep } from "./deep.js";
import { dense } from "./dense.js";
import { energyTrainings } from "./energy.js";
import { memoriesOfFacts } from "./facts.js";
import { ising } from "./ising.js";
import { kanervaTrainings } from "./kanerva.js";
import { sequenceMachines } from "./machines.js";
import { mapping } from "./mapping.js";
import { neural } from "./neural.js";
import { rbmTraining } from "./rbm-training.js";
import { recalls } from "./recalls.js";
import { BACKENDS, digestOf, type Scenarios } from "./scenario.js";
import { storedBytes } from "./stored-bytes.js";
import { streams } from "./streams.js";
import { unlearned } from "./unlearning.js";

/**
 * The results of seeded runs, as digests in digests.json. A digest that changes says that a random number is drawn from
 * another place or that a sum is made in another order. Where that is meant, write them anew and look at the difference:
 *
 *     ENGRAM_GOLDEN=write npx vitest run test/golden
 */
const TOPICS: Readonly<Record<string, Scenarios>> = {
  streams,
  recalls,
  associations,
  ising,
  boltzmann,
  "rbm training": rbmTraining,
  unlearning: unlearned,
  deep,
  dense,
  annealing,
  mapping,
  "basins and census": basinsAndCensus,
  "stored bytes": storedBytes,
  neural,
  "sequence machines": sequenceMachines,
  "kanerva trainings": kanervaTrainings,
  "energy memory trainings": energyTrainings,
  "memories of facts": memoriesOfFacts,
};

const FILE = fileURLToPath(new URL("digests.json", import.meta.url));
const writes = process.env.ENGRAM_GOLDEN === "write";
const known: Readonly<Record<string, string>> = existsSync(FILE) ? JSON.parse(readFileSync(FILE, "utf8")) : {};
const found: Record<string, string> = {};

describe.each(Object.entries(TOPICS))("golden digests of %s", (topic, scenarios) => {
  it.each(Object.keys(scenarios))("%s", async (name) => {
    const run = scenarios[name];
    const key = `${topic}: ${name}`;
    for (const backend of run.length === 0 ? BACKENDS.slice(0, 1) : BACKENDS) {
      const digest = digestOf(await run(backend));
      found[key] ??= digest;
      expect(digest, `${backend.name}, ${key}`).toBe(writes ? found[key] : known[key]);
    }
  });
});

const keys = Object.entries(TOPICS).flatMap(([topic, scenarios]) =>
  Object.keys(scenarios).map((name) => `${topic}: ${name}`),
);

it.skipIf(writes)("every scenario has a committed digest, and every committed digest a scenario", () => {
  expect(Object.keys(known)).toEqual(keys);
});

afterAll(() => {
  if (!writes) return;
  const digests = Object.fromEntries(keys.map((key) => [key, found[key] ?? known[key]]));
  writeFileSync(FILE, `${JSON.stringify(digests, undefined, 2)}\n`);
});
