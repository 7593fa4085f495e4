import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
const readme = readFileSync(join(root, "README.md"), "utf8");

describe("the README", () => {
  test("has a library example that runs and prints what it says", () => {
    const [, example] = /```js\n(.*?)```/s.exec(readme) ?? [];
    const [, promised] = /console\.log\(nearest\); \/\/ (\{.*?\})/.exec(example) ?? [];
    const project = mkdtempSync(join(tmpdir(), "engram-readme-"));
    try {
      mkdirSync(join(project, "node_modules"));
      symlinkSync(root, join(project, "node_modules/engram"));
      writeFileSync(join(project, "example.mjs"), example);
      const printed = execFileSync(process.execPath, ["example.mjs"], { cwd: project, encoding: "utf8" });
      expect(printed.replaceAll("'", '"')).toContain(promised);
    } finally {
      rmSync(project, { recursive: true, force: true });
    }
  });

  test("fits on two screens", () => {
    expect(readme.split("\n").length).toBeLessThanOrEqual(80);
  });

  test("points to files that are there", () => {
    const links = [...readme.matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map(([, link]) => link);
    expect(links.filter((link) => !existsSync(join(root, link)))).toEqual([]);
  });
});
