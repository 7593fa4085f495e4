import { execFile, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const program = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));

/** Our environment, but for what makes programs colour their output although nobody looks: CI does. */
const plainText = { ...process.env, NO_COLOR: "1", FORCE_COLOR: undefined };

/** How the program ended, and what it said. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** How to run it: where, and with which environment variables changed. */
export interface Surroundings {
  readonly cwd: string;
  readonly env?: NodeJS.ProcessEnv | undefined;
}

function built(): string {
  if (!existsSync(program)) throw new Error("dist/cli/main.js is not there; run npm run build before the tests");
  return program;
}

/** Runs the built command line to its end. */
export function engram(args: readonly string[], { cwd, env }: Surroundings): Promise<Ended> {
  return new Promise((resolve) => {
    const options = { cwd, env: { ...plainText, ...env }, maxBuffer: 2 ** 26 };
    const child = execFile(process.execPath, [built(), ...args], options, (_, stdout, stderr) => {
      resolve({ code: child.exitCode, stdout, stderr });
    });
  });
}

/** Starts the built command line, to be talked to or killed. */
export function startEngram(args: readonly string[], { cwd, env }: Surroundings) {
  return spawn(process.execPath, [built(), ...args], { cwd, env: { ...plainText, ...env } });
}
