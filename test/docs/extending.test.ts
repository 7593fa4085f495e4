import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { engramProcess } from "../support/engram.js";
import { temporaryFolder } from "../support/folder.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
const page = readFileSync(join(root, "docs/extending.md"), "utf8");

/** A folder with the page's modules in it, in which the library is installed. */
function folderOfModules(): string {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(root, join(folder, "node_modules/engram"));
  for (const [, name, text] of page.matchAll(/```js\n\/\/ (\S+\.mjs)\n(.*?)```/gs))
    writeFileSync(join(folder, name), text);
  return folder;
}

describe("the page on extending Engram", () => {
  test("has modules and commands that work as written", async () => {
    const cwd = folderOfModules();
    const commands = [...page.matchAll(/```sh\n(.*?)```/gs)].flatMap(([, block]) => block.trim().split("\n"));
    expect(commands.length).toBeGreaterThanOrEqual(5);
    for (const command of commands) {
      const [program, ...args] = command.split(" ");
      const { code, stderr } = await engramProcess(args, { cwd, env: { XDG_CACHE_HOME: cwd } });
      expect([command, program, code, /^(warning:.*\n)?$/.test(stderr) ? "" : stderr]).toEqual([
        command,
        "engram",
        0,
        "",
      ]);
    }
  });
});
