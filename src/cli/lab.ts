import type { Command } from "commander";
import { portLine, serveLab } from "../node/index.js";
import { integerOption, newCommand } from "./io/options.js";
import { print } from "./io/output.js";

export function labCommand(): Command {
  return newCommand(
    "lab",
    "Serve the lab, interactive pages for the browser, on this machine until Ctrl-C.",
    "engram lab --port 8787",
  )
    .option("--port <n>", "port; the next free one if it is taken (default 8787)", integerOption("--port", 0, 65535))
    .option(
      "--host <name>",
      "address or name of this machine to listen on (default 127.0.0.1, which no other machine can reach)",
    )
    .action(lab);
}

async function lab({ port, host, json }: { port?: number; host?: string; json?: true }): Promise<void> {
  const server = await serveLab({ port, host });
  print(json, { url: server.url, port: server.port, wanted: server.wanted }, () => [
    ...portLine(server),
    `The lab: ${server.url} (Ctrl-C stops it)`,
  ]);
  // A second Ctrl-C while stopping must not be fatal: the terminal and npm may each send one.
  await new Promise<void>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => resolve());
  });
  await server.close();
}
