export { classMeans } from "./class-means.js";
export { Dendrogram, type Merge } from "./dendrogram.js";
export { type WardOptions, ward } from "./ward.js";
