import type { Maker } from "../../../options.js";
import { bagOfWords } from "./bag-of-words.js";
import type { Encoding } from "./encoding.js";
import { position } from "./position.js";

export { type Encoding, type EncodingTerm, encodingWeights } from "./encoding.js";
export { bagOfWords, position };

/** All encodings of sentences, the default first. A new one is one file and one line here. */
export const encodings: readonly Maker<Encoding>[] = [position, bagOfWords];
