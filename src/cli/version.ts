import { kernelsInUse } from "../node/index.js";
import { print } from "./io/output.js";
import { describeKernels } from "./io/words.js";

const flags = ["--version", "-V"];

/** Whether the arguments ask for the version, and perhaps for JSON. */
export function asksVersion(args: readonly string[]): boolean {
  return args.some((arg) => flags.includes(arg)) && args.every((arg) => arg === "--json" || flags.includes(arg));
}

/** Prints the version of the program, and which kernels compute in it. */
export function sayVersion(version: string, args: readonly string[]): void {
  const kernels = kernelsInUse();
  print(args.includes("--json"), { version, ...kernels }, () => [version, describeKernels(kernels)]);
}
