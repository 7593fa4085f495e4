import type { Scene } from "../page.js";

export const scenes: readonly Scene[] = [
  {
    title: "Three units",
    text: "Eight states at the corners of a cube, and beside it the same states by their energy. The ball rolls into one of two valleys; the order of the updates decides which.",
    address: "net=three",
    promise: /^A valley: \S+, energy −/,
  },
  {
    title: "Flip-flop",
    text: "Two units that inhibit each other: one of them is on. This net remembers one bit.",
    address: "net=flipflop",
    promise: /^A stored state: \S+, energy −1$/,
  },
  {
    title: "Why XOR cannot be learned",
    text: "The fourth row, + + −, would have to be a valley. Over the four rows s₃h₃ adds up to 0 for any weights, so that one of them is never positive.",
    address: "net=xor",
    promise: /^XOR cannot be stored: no weights exist$/,
  },
  {
    title: "The helper unit",
    text: "A fourth unit that is off where both inputs are on. Now the four rows are the four valleys, and the only ones.",
    address: "net=helped",
    promise: /^A stored state: /,
  },
  {
    title: "The negatives come, too",
    text: "Two patterns stored by Hebb’s rule: their negatives are valleys that are just as deep.",
    address: "net=two",
    promise: /^(A stored state|The negative of a stored state): /,
  },
  {
    title: "A mixture",
    text: "Three patterns, and a valley that nobody stored: the majority of the three. It is not as deep.",
    address: "net=three9",
    promise: /^A mixture: /,
  },
  {
    title: "Asymmetric weights: no energy, a cycle",
    text: "Unit 2 follows 1, unit 3 follows 2, and unit 1 opposes 3. Some moves lead upwards, and the ball goes round for ever.",
    address: "net=cycle",
    promise: /^A cycle of length 6$/,
  },
  {
    title: "All units at once",
    text: "The flip-flop with both units updated at the same time: both on, both off, both on. One at a time it would settle.",
    address: "net=flipflop&update=all",
    promise: /^A cycle of length 2$/,
  },
  {
    title: "Temperature",
    text: "At T > 0 the ball climbs, too, and leaves every valley again. After a while its time in each state is that of the Boltzmann distribution.",
    address: "net=two&T=1.6&speed=60",
    promise: /^Wandering at temperature 1.6$/,
  },
  {
    title: "Surface: the average",
    text: "A modern memory of four points. At a small β its weights are nearly equal, and every retrieval ends at one average.",
    address: "net=three&show=surface&beta=0.8",
    promise: /^One valley: the average$/,
  },
  {
    title: "Surface: single patterns",
    text: "At a large β softmax picks one pattern: four valleys. Between the two there are some for groups of patterns.",
    address: "net=three&show=surface&beta=25",
    promise: /^Every pattern has a valley of its own$/,
  },
];
