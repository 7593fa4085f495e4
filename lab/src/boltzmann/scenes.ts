import type { Scene } from "../page.js";

/** What is worth showing of learning, in this order. */
export const scenes: readonly Scene[] = [
  {
    title: "Letters, from noise",
    text: "64 hidden units look at letters and pictures. Within seconds each comes to look for a stroke or a blob.",
    address: "data=glyphs&seed=1&speed=75&clamp=upper",
    promise: /^Filters are forming$/,
  },
  {
    title: "Half a letter",
    text: "The upper half on the board is kept, and the machine dreams the lower one; the more it has learned, the better.",
    address: "data=glyphs&seed=2&speed=90&from=6&clamp=upper",
    promise: /^Filters are forming$/,
  },
  {
    title: "One update at a time",
    text: "A batch of twenty pictures, a dream from each, the difference, a step. Press the point key, and watch one tile.",
    address: "data=glyphs&hidden=16&method=cd&rate=0.5&seed=1&speed=0",
    promise: /^Filters are forming$/,
  },
  {
    title: "Steps that are too large",
    text: "With a learning rate of 2 the machine leaves the data behind: its own dreams become far more probable to it.",
    address: "data=glyphs&method=pcd&rate=2&decay=0&seed=1&speed=90",
    promise: /^(It runs away from the data|Most hidden units are dead)$/,
  },
];
