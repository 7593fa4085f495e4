import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Experiment, experiments, type Report } from "engram/experiments";
import type { Plugin } from "vite";
import type { Entry, StoredResult } from "./src/gallery/catalogue.js";
import { draw } from "./src/gallery/drawing.js";

const folder = join(import.meta.dirname, "../experiments");

/** A file of results as the command line writes it. */
type Saved = Omit<StoredResult, "figure"> & { readonly id: string; readonly figure: unknown };

/** The results of an experiment by the names of their files, that of the experiment first. */
function savedResults({ id }: Experiment): (readonly [name: string, saved: Saved])[] {
  const [source, own] = id.split("/");
  const from = join(folder, source, "results");
  return filesIn(from)
    .filter((file) => file.endsWith(".json"))
    .map((file) => [file.slice(0, -".json".length), JSON.parse(readFileSync(join(from, file), "utf8"))] as const)
    .filter(([, saved]) => saved.id === id)
    .sort(([a], [b]) => Number(b === own) - Number(a === own) || a.localeCompare(b));
}

function filesIn(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

/** All experiments with what their committed results say, in the order of the registry. */
export function catalogue(): Entry[] {
  return experiments.map((experiment) => {
    const { id, title, citation, where, digits, settings } = experiment;
    const results = savedResults(experiment).map(([name, { setting, verdict, rows }]) => {
      const agree = rows.filter((row) => row.verdict === "agrees").length;
      return { name, setting, verdict, rows: rows.length, agree };
    });
    const names = (["quick", "standard", "full"] as const).filter((name) => settings[name] !== undefined);
    return { id, title, citation, where, needsDigits: digits !== undefined, settings: names, results };
  });
}

/** A saved result for the lab, its figure drawn. */
function stored(experiment: Experiment, saved: Saved, warn: (message: string) => void): StoredResult {
  const { setting, parameters, seed, verdict, rows, notes, machine, run } = saved;
  const rest = { setting, parameters, seed, verdict, rows, notes, machine, run };
  try {
    return { ...rest, figure: draw(experiment, saved as unknown as Report) };
  } catch (error) {
    warn(`the figure of ${experiment.id} cannot be drawn from its committed results: ${String(error)}`);
    return { ...rest, figure: null };
  }
}

/** The files of the Gallery, by their paths in the built lab. */
function* resultFiles(warn: (message: string) => void): Generator<readonly [path: string, text: string]> {
  yield ["data/results/index.json", JSON.stringify(catalogue())];
  for (const experiment of experiments) {
    const [source] = experiment.id.split("/");
    for (const [name, saved] of savedResults(experiment)) {
      yield [`data/results/${source}/${name}.json`, JSON.stringify(stored(experiment, saved, warn))];
    }
  }
}

/** Gives the lab the committed results of experiments. */
export function results(): Plugin {
  return {
    name: "engram:results",
    generateBundle() {
      for (const [fileName, source] of resultFiles((message) => this.warn(message))) {
        this.emitFile({ type: "asset", fileName, source });
      }
    },
    configureServer({ middlewares, config }) {
      middlewares.use("/data/results", ({ url }, response, next) => {
        const files = new Map(resultFiles((message) => config.logger.warn(message)));
        const text = files.get(`data/results${url}`);
        if (text === undefined) next();
        else response.setHeader("Content-Type", "application/json").end(text);
      });
    },
  };
}
