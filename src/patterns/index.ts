export { flip, flipExactly, occlude, type Region } from "./damage.js";
export { type PatternNotes, PatternSet, type State } from "./pattern-set.js";
export { randomPatterns } from "./random.js";
export { hammingDistance, overlap } from "./similarity.js";
export { type AnyVectorSet, type Vector, VectorSet, type Vectors } from "./vector-set.js";
