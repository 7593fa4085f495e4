export { classesOf, type LabelledImages } from "./classes.js";
export { type DigitOptions, digits } from "./digits.js";
export { glyphNames, glyphs } from "./glyphs.js";
export { type GreyRange, type Greys, greysOf } from "./greys.js";
export { type IdxArray, type IdxValues, type ReadOptions, readIdx, writeIdx } from "./idx.js";
export { type MnistSplit, mnistFiles, mnistSums } from "./mnist.js";
export {
  filterSheet,
  type GreyImage,
  type GreyScale,
  interleaved,
  memorySheet,
  type SheetOptions,
  sheet,
} from "./sheet.js";
export { readStories, type Story, vocabularyOf, wordsOf, writeStories } from "./stories.js";
