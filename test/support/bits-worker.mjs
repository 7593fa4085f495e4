import * as engram from "/test/support/library.mjs";
import { digestOfRecalls } from "./bits-scenario.mjs";

const kernels = { reference: engram.referenceKernels, wasm: engram.wasmKernels() };
addEventListener("message", ({ data }) => postMessage(digestOfRecalls(engram, kernels[data])));
