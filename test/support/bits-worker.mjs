import * as engram from "/dist/index.js";
import { digestOfRecalls } from "./bits-scenario.mjs";

const kernels = { reference: engram.referenceKernels, wasm: engram.wasmKernels() };
addEventListener("message", ({ data }) => postMessage(digestOfRecalls(engram, kernels[data])));
