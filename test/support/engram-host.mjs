import { run } from "../../dist/cli/run.js";
import { beginFaults, endFaults } from "./faults.mjs";

/*
 * A process that runs command lines one after the other on request, each in its own folder and environment: a run of the
 * program spends most of its time starting Node and loading modules.
 */

/** What each stream was sent by the command line that runs. */
const written = { stdout: "", stderr: "" };
for (const name of ["stdout", "stderr"]) {
  process[name].write = (text) => {
    written[name] += text;
    return true;
  };
}

let last = Promise.resolve();

process.on("message", (order) => {
  last = last.then(() => perform(order));
});

async function perform({ id, args, cwd, env, fault }) {
  Object.assign(written, { stdout: "", stderr: "" });
  for (const name of Object.keys(process.env)) if (!(name in env)) delete process.env[name];
  Object.assign(process.env, env);
  process.chdir(cwd);
  beginFaults(fault);
  const code = await run(args, "0.0.0");
  const points = endFaults();
  // The folder may be gone when the next one comes.
  process.chdir("/");
  process.send({ id, code, points, ...written });
}
