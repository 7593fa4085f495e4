import { type ChildProcessWithoutNullStreams, execFile, fork, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { Socket } from "node:net";
import { fileURLToPath } from "node:url";

const program = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));

/** Our environment without the variables that make programs colour their output; CI sets them. */
const plainText = { ...process.env, NO_COLOR: "1", FORCE_COLOR: undefined };

/** The exit status of the program, and its output. */
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

/** A file operation that fails; see faults.mjs. */
export interface Fault {
  readonly kind: "write" | "read";
  readonly code: string;
  /** The folder in which operations are counted. */
  readonly under: string;
  /** The number of the operation, counted from 1. */
  readonly at: number;
  /** Whether all that follow fail as well. */
  readonly sticky?: boolean;
}

function built(): string {
  if (!existsSync(program)) throw new Error("dist/cli/main.js is not there; run npm run build before the tests");
  return program;
}

/** Runs the built command line to its end, in a process that has its modules loaded already. */
export function engram(args: readonly string[], surroundings: Surroundings): Promise<Ended> {
  host ??= startHost();
  return host(args, surroundings);
}

/** Runs it where a file operation fails; `points` are all operations that could. */
export async function engramWithFault(args: readonly string[], surroundings: Surroundings, fault: Fault) {
  host ??= startHost();
  const { points = [], ...ended } = await host(args, surroundings, fault);
  return { ...ended, points };
}

/** Runs the built command line to its end as a shell does, in a process of its own. */
export function engramProcess(args: readonly string[], { cwd, env }: Surroundings): Promise<Ended> {
  return new Promise((resolve) => {
    const options = { cwd, env: { ...plainText, ...env }, maxBuffer: 2 ** 26 };
    const child = execFile(process.execPath, [built(), ...args], options, (_, stdout, stderr) => {
      resolve({ code: child.exitCode, stdout, stderr });
    });
  });
}

/** Starts the built command line, to be talked to or killed; `stdout` is the number of a file, and a pipe by default. */
export function startEngram(args: readonly string[], { cwd, env, stdout }: Surroundings & { stdout?: number }) {
  const options = { cwd, env: { ...plainText, ...env } };
  const child = spawn(process.execPath, [built(), ...args], { ...options, stdio: ["pipe", stdout ?? "pipe", "pipe"] });
  return child as ChildProcessWithoutNullStreams;
}

type Host = (
  args: readonly string[],
  surroundings: Surroundings,
  fault?: Fault,
) => Promise<Ended & { points?: string[] }>;

let host: Host | undefined;

/** Starts the process of engram-host.mjs; it ends with us. */
function startHost(): Host {
  built();
  const module = fileURLToPath(new URL("engram-host.mjs", import.meta.url));
  // Not our own terminal, which the program would draw on.
  const child = fork(module, { env: plainText, execArgv: [], silent: true });
  let complaint = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => (complaint += text));
  const waiting = new Map<number, (ended: Ended & { points?: string[] }) => void>();
  child.on("message", ({ id, ...ended }: Ended & { id: number }) => {
    waiting.get(id)?.(ended);
    waiting.delete(id);
    if (waiting.size === 0) child.channel?.unref();
  });
  child.on("exit", (code) => {
    host = undefined;
    for (const resolve of waiting.values()) resolve({ code, stdout: "", stderr: `the process ended: ${complaint}` });
  });
  child.unref();
  for (const stream of [child.stdout, child.stderr]) if (stream instanceof Socket) stream.unref();
  let next = 0;
  return (args, { cwd, env }, fault) =>
    new Promise((resolve) => {
      child.channel?.ref();
      waiting.set(next, resolve);
      child.send({ id: next++, args, cwd, env: { ...plainText, ...env }, fault });
    });
}
