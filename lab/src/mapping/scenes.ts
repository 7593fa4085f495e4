import type { Scene } from "../page.js";

/** What is worth showing of the mapping, in this order. */
export const scenes: readonly Scene[] = [
  {
    title: "One model in two forms",
    text: "Four pictures of 64 pixels make a Hopfield net and an RBM. Their energies agree, state by state, up to rounding.",
    address: "side=8",
    promise: /^The same model$/,
  },
  {
    title: "All states, listed",
    text: "With 16 spins all 65,536 states are compared, and the histograms of both chains lie on the distribution itself.",
    address: "side=4&speed=90",
    promise: /^The same model$/,
  },
  {
    title: "Filters that are the pictures",
    text: "With W = X / √N each hidden unit looks for one picture. Then J is that of Hebb’s rule, another net than before.",
    address: "side=8&factor=hebbian",
    promise: /^The same model$/,
  },
  {
    title: "Cold chains stay",
    text: "At a high β each chain stays in the valley of its cue. Equal models, yet averages that seem to differ: wait, or heat them.",
    address: "side=8&beta=3&flip=0",
    promise: /^The same model$/,
  },
  {
    title: "A field picks a picture",
    text: "A field along one picture breaks the tie between a state and its negative, in both machines alike.",
    address: "side=8&field=0.1&beta=1.5",
    promise: /^The same model$/,
  },
];
