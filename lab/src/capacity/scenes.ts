import type { Scene } from "../page.js";

/** What is worth showing of capacity, in this order. */
export const scenes: readonly Scene[] = [
  {
    title: "A few patterns more",
    text: "At a load of 0.05 the other patterns are a little noise, and every unit still follows its own.",
    address: "rule=hebb&n=500&load=0.05",
    promise: /^It remembers$/,
  },
  {
    title: "Before the cliff",
    text: "At 0.12 a few units are wrong, and nearly all of each pattern comes back. Theory ends at 0.138, with an overlap of 0.97.",
    address: "rule=hebb&n=1000&load=0.12",
    promise: /^It remembers$/,
  },
  {
    title: "Beyond the cliff",
    text: "Beyond 0.138 wrong units make others wrong, and the net runs away from what it stored.",
    address: "rule=hebb&n=1000&load=0.2",
    promise: /^It has forgotten$/,
  },
  {
    title: "Projection holds as many as there are units",
    text: "Couplings that project on the patterns cancel the crosstalk. What is left is how far a cue may be away.",
    address: "rule=projection&n=200&load=0.6",
    promise: /^It remembers$/,
  },
  {
    title: "But from a damaged cue",
    text: "With a tenth of the cue flipped, projection fails well below a load of 1: the valleys have become narrow.",
    address: "rule=projection&n=200&load=0.8&flip=10",
    promise: /^It (recalls with errors|has forgotten)$/,
  },
  {
    title: "Heat",
    text: "At a temperature of 0.6 fluctuations alone blur the memory, and the cliff comes earlier.",
    address: "rule=hebb&n=500&load=0.08&T=0.6",
    promise: /^It has forgotten$/,
  },
];
