import {
  asynchronous,
  flip,
  glyphs,
  Hopfield,
  hebb,
  type LearningRule,
  occlude,
  overlap,
  type PatternSet,
  projection,
  Random,
} from "../index.js";
import { type Canvas, drawPictures } from "../node/index.js";

const SEED = 7;

/** Stores glyphs, damages two of them and recalls them: cue, recalled state and stored pattern, as pictures. */
export function demo(canvas: Canvas): string {
  const all = glyphs(
    "ENGRAM heart star moon sun anchor key tree cat house fish cup crown boat umbrella note duck rocket",
  );
  const byProjection = memoryOf(all, projection({ selfCoupling: false }));
  const byHebb = memoryOf(all, hebb());
  const letter = glyphs("G");
  const heart = glyphs("heart");
  const flipped = flip(letter, 0.25, new Random(SEED));
  const covered = occlude(heart, { top: 8, left: 0, height: 8, width: 16 });
  const { units, patterns, load } = byProjection.inspect();
  return [
    `A Hopfield net of ${units} units stores ${patterns} glyphs of 16 x 16 pixels (load ${load.toFixed(2)}).`,
    show("G with a quarter of its pixels flipped, by the projection rule", byProjection, letter, flipped, canvas),
    show("heart with its lower half covered, by the projection rule", byProjection, heart, covered, canvas),
    show("the same G by Hebb's rule, for which glyphs are too much alike", byHebb, letter, flipped, canvas),
  ].join("\n\n");
}

function memoryOf(patterns: PatternSet, rule: LearningRule): Hopfield {
  return new Hopfield(patterns.units, { rule }).store(patterns);
}

function show(title: string, memory: Hopfield, stored: PatternSet, cue: PatternSet, canvas: Canvas): string {
  const recall = memory.recall(cue, { dynamics: asynchronous(), random: new Random(SEED) });
  const truth = stored.spins(0);
  const pictures = [
    { state: cue.spins(0), truth, caption: "cue" },
    { state: recall.state, truth, caption: "recalled" },
    { state: truth, truth, caption: "stored" },
  ];
  const evidence = [
    `overlap ${overlap(cue, stored).toFixed(2)} -> ${overlap(recall.state, stored).toFixed(2)}`,
    `energy ${recall.cueEnergy.toFixed(1)} -> ${recall.energy.toFixed(1)}`,
    `${recall.sweeps} sweeps`,
    recall.attractor.kind === "stored" ? "exactly the stored pattern" : `a ${recall.attractor.kind} state`,
  ];
  return [title, drawPictures(pictures, [16, 16], canvas), evidence.join(", ")].join("\n");
}
