import type { Command } from "commander";
import { asynchronous, type Dynamics, glauber, synchronous } from "../dynamics/index.js";
import { ArgumentError, StorageError } from "../errors.js";
import { canvasFor, drawPictures, loadMemory, writePng } from "../node/index.js";
import type { PatternSet } from "../patterns/index.js";
import { type CueOptions, damageBy, readSources, requireOneSource, requireShape } from "./io/cue.js";
import { choiceOption, integerOption, newCommand, numberOption, regionOption } from "./io/options.js";
import { count, print, short } from "./io/output.js";
import { describeAttractor, patternName } from "./io/words.js";
import { runTrials, type Summary, summarise, type Trial } from "./trials.js";

const dynamicsNames = ["asynchronous", "synchronous", "glauber"];

interface RecallOptions extends CueOptions {
  seed: number;
  dynamics: string;
  beta?: number;
  sweeps?: number;
  scale: number;
  json?: true;
}

export function recallCommand(): Command {
  return newCommand(
    "recall",
    "Recall from a damaged image, or from stored patterns that are damaged first.",
    "engram recall digits.safetensors --flip 0.25 --trials 100 --seed 7",
  )
    .argument("<memory>", "a memory file that engram store wrote")
    .option("--cue <image>", "recall from this image, scaled to the memory's shape")
    .option("--threshold <grey>", "a brighter pixel of the cue is +1 (127)", integerOption("--threshold", 0, 254))
    .option("--invert", "images show dark ink on light paper, the cue and the recalled one")
    .option("--pattern <name>", "recall from this stored pattern, by label or number (default: each in turn)")
    .option("--flip <p>", "flip each unit of the cue with probability p", numberOption("--flip", 0, 1))
    .option("--flip-exactly <k>", "flip exactly k units of the cue", integerOption("--flip-exactly", 0))
    .option("--occlude <region>", "cover a part of the cue: top,left,height,width", regionOption("--occlude"))
    .option("--trials <n>", "recall n times (1)", integerOption("--trials", 1, 10_000_000))
    .option("--seed <n>", "the seed of all that is random", integerOption("--seed", 0), 1)
    .option("--dynamics <name>", dynamicsNames.join(", "), choiceOption("--dynamics", dynamicsNames), "asynchronous")
    .option("--beta <b>", "the inverse temperature of glauber", numberOption("--beta", 0))
    .option("--sweeps <n>", "give up after n sweeps (1000), or run glauber for n (100)", integerOption("--sweeps", 1))
    .option("--out <png>", "write the recalled image, one pixel a unit")
    .option("--scale <n>", "write n x n pixels a unit", integerOption("--scale", 1, 64), 1)
    .action(recall);
}

async function recall(file: string, options: RecallOptions): Promise<void> {
  requireOneSource(options);
  const { out, seed, beta, cue, pattern, flip, flipExactly, occlude, json } = options;
  const dynamics = chooseDynamics(options);
  const memory = await loadMemory(file);
  const stored = memory.patterns;
  if (stored === undefined) throw new StorageError(`${file} holds no patterns; store some`);
  const sources = await readSources(stored, options);
  const shape = out === undefined ? undefined : requireShape(stored, "--out");
  const trials = runTrials(memory, stored, {
    sources,
    trials: options.trials ?? 1,
    seed,
    damage: damageBy(options),
    dynamics,
  });
  const { summary, first } = summarise(trials);
  if (out !== undefined && shape !== undefined) {
    await writePng(out, first.recall.state, shape, options.scale, options.invert);
  }
  const setting = { file, rule: memory.rule.name, dynamics: dynamics.name, beta, seed };
  const damage = { cue, pattern, flip, flipExactly, occlude };
  const evidence = summary.trials === 1 ? { recall: evidenceOf(first, stored) } : {};
  print(json, { ...setting, ...damage, ...summary, ...evidence, out }, () => [
    ...report(first, stored),
    ...(summary.trials > 1 ? ["", ...reportAll(summary)] : []),
    ...(out === undefined ? [] : [`Wrote ${out}`]),
  ]);
}

function chooseDynamics({ dynamics, beta, sweeps }: RecallOptions): Dynamics {
  if (dynamics === "glauber") {
    if (beta === undefined) throw new ArgumentError("--dynamics glauber needs --beta, the inverse temperature");
    return glauber({ beta, sweeps });
  }
  if (beta !== undefined) throw new ArgumentError(`--beta does not go with --dynamics ${dynamics}; leave it out`);
  return dynamics === "synchronous" ? synchronous({ maxSweeps: sweeps }) : asynchronous({ maxSweeps: sweeps });
}

function evidenceOf({ recall, target, cueOverlap, overlap }: Trial, { labels }: PatternSet) {
  const { nearest, attractor, converged, period, sweeps, flips, cueEnergy, energy } = recall;
  const label = labels?.[target];
  return {
    target: { index: target, label },
    cueOverlap,
    overlap,
    nearest,
    attractor,
    converged,
    period,
    sweeps,
    flips,
    cueEnergy,
    energy,
  };
}

/** One recall as a person reads it: pictures where the patterns are some, then the evidence. */
function report({ cue, recall, target, cueOverlap, overlap }: Trial, stored: PatternSet): string[] {
  const truth = stored.spins(target);
  const name = patternName(stored, target);
  const pictures = [
    { state: cue.spins(0), truth, caption: "cue" },
    { state: recall.state, truth, caption: "recalled" },
    { state: truth, caption: `stored: ${name}` },
  ];
  const drawn = stored.shape === undefined ? [] : [drawPictures(pictures, stored.shape, canvasFor(process.stdout)), ""];
  return [
    ...drawn,
    `From a cue at overlap ${short(cueOverlap)} with ${name} ${describeAttractor(recall, stored)}.`,
    `overlap ${short(cueOverlap)} -> ${short(overlap)}, energy ${short(recall.cueEnergy)} -> ${short(recall.energy)}, ${count(recall.sweeps, "sweep")}, ${count(recall.flips, "flip")}`,
  ];
}

function reportAll({ trials, exact, meanCueOverlap, meanOverlap, meanSweeps, attractors, digest }: Summary): string[] {
  const kinds = Object.entries(attractors).map(([kind, times]) => `${kind} ${times}`);
  return [
    `That was the first of ${trials} trials: ${exact} exact, mean overlap ${short(meanCueOverlap)} -> ${short(meanOverlap)}, mean sweeps ${short(meanSweeps)}`,
    `attractors: ${kinds.join(", ")}; digest ${digest}`,
  ];
}
