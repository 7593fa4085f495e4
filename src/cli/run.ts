import { CommanderError } from "commander";
import { EngramError } from "../errors.js";
import { plain } from "../node/index.js";
import { complain, ReportedFailure } from "./io/output.js";
import { createProgram, greeting } from "./program.js";
import { asksVersion, sayVersion } from "./version.js";

/**
 * Runs the command line with the arguments that follow the program's name.
 *
 * @param version the output of --version
 * @returns the exit code: 2 if the input was wrong, 1 if the work failed
 */
export async function run(args: readonly string[], version: string): Promise<number> {
  try {
    if (args.length === 0) process.stdout.write(greeting);
    else if (asksVersion(args)) sayVersion(version, args);
    else {
      const { program, args: named } = await createProgram(version, args);
      await program.parseAsync(named, { from: "user" });
    }
    return 0;
  } catch (error) {
    const code = exitCodeOf(error);
    if (code !== 0 && !(error instanceof ReportedFailure)) report(error, args.includes("--debug"));
    return code;
  }
}

function exitCodeOf(error: unknown): number {
  // A command that only has others below it, such as `engram train`, prints its help.
  if (error instanceof CommanderError) return error.exitCode === 0 || error.code === "commander.help" ? 0 : 2;
  return error instanceof EngramError && error.fault === "input" ? 2 : 1;
}

/** Prints an error as one line, and with --debug where it comes from. */
export function report(error: unknown, debug: boolean): void {
  const message = error instanceof Error ? error.message : String(error);
  complain("engram", message.replace(/^error: /, "").replace(/\s*\n\s*/g, " "));
  if (debug && error instanceof Error)
    process.stderr.write(`${(error.stack ?? "").split("\n").map(plain).join("\n")}\n`);
}
