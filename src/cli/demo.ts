import type { Command } from "commander";
import {
  flip,
  glyphs,
  Hopfield,
  type HopfieldRecall,
  hebb,
  type LearningRule,
  occlude,
  overlap,
  type PatternSet,
  projection,
  Random,
} from "../index.js";
import { type Canvas, canvasFor, drawPictures } from "../node/index.js";
import { newCommand } from "./io/options.js";
import { print } from "./io/output.js";

export function demoCommand(): Command {
  return newCommand("demo", "Show associative recall of built-in glyphs: store, damage, recall.", "engram demo").action(
    ({ json }: { json?: true }) => {
      const scenes = perform();
      print(
        json,
        scenes.map(({ title, cue, stored, recall }) => ({ title, ...evidence(cue, stored, recall) })),
        () => [draw(scenes, canvasFor(process.stdout))],
      );
    },
  );
}

/** The demo as text. */
export function demo(canvas: Canvas): string {
  return draw(perform(), canvas);
}

interface Scene {
  readonly title: string;
  readonly stored: PatternSet;
  readonly cue: PatternSet;
  readonly recall: HopfieldRecall;
}

const SEED = 7;
const NAMES = "ENGRAM heart star moon sun anchor key tree cat house fish cup crown boat umbrella note duck rocket";

/** Stores glyphs by two rules, damages two of them and recalls them. */
function perform(): Scene[] {
  const all = glyphs(NAMES);
  const letter = glyphs("G");
  const heart = glyphs("heart");
  const flipped = flip(letter, 0.25, new Random(SEED));
  const covered = occlude(heart, { top: 8, left: 0, height: 8, width: 16 });
  const scene = (title: string, rule: LearningRule, stored: PatternSet, cue: PatternSet): Scene => {
    const memory = new Hopfield(all.units, { rule }).store(all);
    return { title, stored, cue, recall: memory.recall(cue, { random: new Random(SEED) }) };
  };
  return [
    scene("G with a quarter of its pixels flipped, by the projection rule", projection(), letter, flipped),
    scene("heart with its lower half covered, by the projection rule", projection(), heart, covered),
    scene("the same G by Hebb's rule, for which glyphs are too strongly correlated", hebb(), letter, flipped),
  ];
}

function evidence(
  cue: PatternSet,
  stored: PatternSet,
  { state, cueEnergy, energy, sweeps, attractor }: HopfieldRecall,
) {
  return {
    cueOverlap: overlap(cue, stored),
    overlap: overlap(state, stored),
    cueEnergy,
    energy,
    sweeps,
    attractor: attractor.kind,
  };
}

/** Cue, recalled state and stored pattern side by side, and below them the result of the recall. */
function draw(scenes: readonly Scene[], canvas: Canvas): string {
  const { count, units } = glyphs(NAMES);
  const intro = `A Hopfield net of ${units} units stores ${count} glyphs of 16 x 16 pixels (load ${(count / units).toFixed(2)}).`;
  return [intro, ...scenes.map((scene) => drawScene(scene, canvas))].join("\n\n");
}

function drawScene({ title, stored, cue, recall }: Scene, canvas: Canvas): string {
  const truth = stored.spins(0);
  const pictures = [
    { state: cue.spins(0), truth, caption: "cue" },
    { state: recall.state, truth, caption: "recalled" },
    { state: truth, truth, caption: "stored" },
  ];
  const { cueOverlap, overlap, cueEnergy, energy, sweeps, attractor } = evidence(cue, stored, recall);
  const verdict = attractor === "stored" ? "exactly the stored pattern" : `a ${attractor} state`;
  const line = `overlap ${cueOverlap.toFixed(2)} -> ${overlap.toFixed(2)}, energy ${cueEnergy.toFixed(1)} -> ${energy.toFixed(1)}`;
  return [title, drawPictures(pictures, [16, 16], canvas), `${line}, ${sweeps} sweeps, ${verdict}`].join("\n");
}
