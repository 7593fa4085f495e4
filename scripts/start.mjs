import { build } from "./build.mjs";
import { ensureInstalled } from "./install.mjs";
import { main } from "./tools.mjs";

await main(async () => {
  ensureInstalled();
  await build();
  const { demo } = await import("../dist/cli/demo.js");
  const { canvasFor, portLine, serveLab } = await import("../dist/node/index.js");
  console.log(`\n${demo(canvasFor(process.stdout))}\n`);
  const lab = await serveLab();
  // Not once: Ctrl-C reaches this process from the terminal and again from npm. package.json starts it by exec, since a
  // shell in between would die of the signal and npm with it.
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => void lab.close());
  for (const line of [...portLine(lab), `The lab: ${lab.url} (Ctrl-C stops it)`]) console.log(line);
});
