import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ArgumentError } from "../errors.js";
import { pathError } from "../node/files.js";
import { onKernelWarning } from "../node/native.js";
import { printWarning } from "./io/output.js";
import { report, run } from "./run.js";

let isBroken = false;

process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  // The reader of the output may close it early (engram inspect ... | head): that is not a failure.
  if (error.code === "EPIPE") process.exit(0);
  // What is written to files goes on, such as a training.
  if (!isBroken) report(pathError(error, "standard output", "written", ArgumentError), false);
  isBroken = true;
  process.exitCode = 1;
});
// An error of standard error cannot be reported anywhere.
process.stderr.on("error", () => undefined);

onKernelWarning(printWarning);
const { version } = JSON.parse(readFileSync(join(import.meta.dirname, "../../package.json"), "utf8"));
const code = await run(process.argv.slice(2), version);
process.exitCode = code === 0 && isBroken ? 1 : code;
