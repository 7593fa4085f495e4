import type { Scene } from "../page.js";

/** What is worth showing in an hour on recall, in this order. */
export const scenes: readonly Scene[] = [
  {
    title: "A letter comes back",
    text: "Six letters are stored, and 28 % of the units of one are flipped. Unit after unit follows its field.",
    address: "store=ENGRAM&rule=projection&from=G&flip=28&seed=7&speed=55",
    promise: /^“G” recalled exactly$/,
  },
  {
    title: "Hebb’s rule fails on letters that look alike",
    text: "The same cue. Letters share strokes, and what Hebb’s rule stores of one disturbs the others: the valley lies elsewhere.",
    address: "store=ENGRAM&rule=hebb&from=G&flip=28&seed=7&speed=70",
    promise: /^(Almost “.”|A spurious state|A mixture: .*)$/,
  },
  {
    title: "The projection rule does not",
    text: "All 26 letters, which resemble each other, are fixed points when couplings project on what is stored.",
    address: "store=ABCDEFGHIJKLMNOPQRSTUVWXYZ&rule=projection&from=Q&flip=8&seed=1&speed=70",
    promise: /^“Q” recalled exactly$/,
  },
  {
    title: "Too much damage: the negative",
    text: "With 80 % of the units flipped the cue is closer to the negative of the letter, which is as deep a valley as the letter.",
    address: "store=ENGRAM&rule=projection&from=G&flip=80&seed=2&speed=60",
    promise: /^The negative of “G”$/,
  },
  {
    title: "A state that nobody stored",
    text: "From noise the state slides into the sign of a sum of three letters: a mixture. Every three stored patterns bring some.",
    address: "store=ABC&from=noise&seed=2&speed=60",
    promise: /^A mixture: /,
  },
  {
    title: "All at once: a cycle",
    text: "Where all units move at the same time, a step may raise the energy, and the state may go to and fro for ever.",
    address: "store=AB&rule=hebb&from=noise&seed=1&dynamics=synchronous&speed=30",
    promise: /^A cycle of length 2$/,
  },
  {
    title: "Heat",
    text: "Now a unit follows its field only with a probability. Near the letter the state wanders; hotter still, it forgets.",
    address: "store=ENGRAM&rule=projection&from=G&flip=10&seed=1&dynamics=glauber&dynamics.beta=3&speed=60",
    promise: /^(Wandering near “G”|Lost in noise)$/,
  },
];
