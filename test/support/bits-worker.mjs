import * as engram from "/test/support/library.mjs";
import { digestOfRecalls, digestOfTraining } from "./bits-scenario.mjs";

const { defaultKernels, defaultWorkspace, referenceKernels, referenceWorkspace } = engram;
const backends = {
  reference: [referenceKernels, referenceWorkspace],
  default: [defaultKernels(), defaultWorkspace],
};

/** The digests of the scenarios for a backend, and the name of its kernels. */
export async function digests(backend, size) {
  const [kernels, workspace] = backends[backend];
  return [kernels.name, digestOfRecalls(engram, kernels, size), await digestOfTraining(engram, workspace)];
}

if (typeof document === "undefined") {
  addEventListener("message", ({ data }) => {
    void digests(...data).then((all) => postMessage(all));
  });
}
