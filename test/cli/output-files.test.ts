import {
  chmodSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { engram } from "../support/engram.js";
import { workplace, writers } from "../support/writers.js";

const all = Object.entries(writers);

const bytesIn = (cwd: string, name: string) => readFileSync(join(cwd, name));

async function refused(cwd: string, args: readonly string[], line: RegExp): Promise<void> {
  const { code, stdout, stderr } = await engram(args, { cwd, env: { XDG_CACHE_HOME: join(cwd, "cache") } });
  expect(stderr).toMatch(/^engram: [^\n]+\n$/);
  expect(stderr).toMatch(line);
  expect([code, stdout]).toEqual([2, ""]);
}

describe.each(all)("engram %s", (_, { args, ending, inputs }) => {
  const env = { XDG_CACHE_HOME: "cache" };

  test("writes over none of its inputs, by whatever name, not even by --force", async () => {
    const cwd = await workplace();
    for (const [k, input] of inputs.entries()) {
      const before = bytesIn(cwd, input);
      // The same file by two other names, whose endings fit.
      symlinkSync(join(cwd, input), join(cwd, `symbolic-${k}${ending}`));
      linkSync(join(cwd, input), join(cwd, `hard-${k}${ending}`));
      const names = [`symbolic-${k}${ending}`, ...(input.includes("/") ? [] : [`hard-${k}${ending}`])];
      if (input.endsWith(ending) || ending === ".safetensors") names.push(input);
      for (const name of names) {
        await refused(
          cwd,
          [...args, name, "--force"],
          /, and so is |; expected a name with the extension |are not one /,
        );
      }
      expect(bytesIn(cwd, input)).toEqual(before);
    }
  });

  test("replaces a file of another format, and a model, by --force alone, and keeps its mode", async () => {
    const cwd = await workplace();
    const others: Record<string, Buffer> = {
      text: Buffer.from("Not to be lost.\n"),
      memory: bytesIn(cwd, "memory"),
      model: bytesIn(cwd, "rbm"),
      arrays: bytesIn(cwd, "old.npz"),
      json: Buffer.from('{ "name": "mine" }\n'),
      drawing: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"></svg>\n'),
    };
    for (const [name, bytes] of Object.entries(others)) {
      const path = join(cwd, `${name}${ending}`);
      writeFileSync(path, bytes);
      await refused(cwd, [...args, `${name}${ending}`], /replace it by --force|overwrite it by --restart/);
      expect(readFileSync(path)).toEqual(bytes);
    }
    chmodSync(join(cwd, `text${ending}`), 0o600);
    const { stderr } = await engram([...args, `text${ending}`, "--force"], { cwd, env });
    expect(stderr.replace(/^warning: .*\n/gm, "")).toBe("");
    expect(bytesIn(cwd, `text${ending}`)).not.toEqual(others.text);
    expect(statSync(join(cwd, `text${ending}`)).mode & 0o777).toBe(0o600);
    expect(readdirSync(cwd).filter((name) => name.startsWith("."))).toEqual([]);
  });

  test("refuses an ending that does not fit, a folder that is not there and a read-only file before it works", async () => {
    const cwd = await workplace();
    const names = () => readdirSync(cwd, { recursive: true, encoding: "utf8" }).sort();
    const before = names();
    await refused(cwd, [...args, "new.jpg"], /new\.jpg/);
    await refused(cwd, [...args, `none/new${ending}`], /none is not a folder; make it first/);
    mkdirSync(join(cwd, `folder${ending}`));
    await refused(cwd, [...args, `folder${ending}`], /which is a folder; give the path of a file/);
    symlinkSync(`loop${ending}`, join(cwd, `loop${ending}`));
    await refused(
      cwd,
      [...args, `loop${ending}`],
      /loop\.\w+ cannot be written: it is a link to itself; give another path/,
    );
    await refused(
      cwd,
      [...args, `${"a".repeat(300)}${ending}`],
      /cannot be written: the name is too long; give a shorter/,
    );
    writeFileSync(join(cwd, `locked${ending}`), "");
    chmodSync(join(cwd, `locked${ending}`), 0o444);
    await refused(cwd, [...args, `locked${ending}`, "--force"], /locked\.\w+ is read-only; make it writable/);
    expect(names()).toEqual([...before, `folder${ending}`, `locked${ending}`, `loop${ending}`].sort());
  });
});

const repeated = all.filter(
  ([name, { ending }]) =>
    !name.startsWith("train") &&
    !name.startsWith("convert") &&
    (ending !== ".safetensors" || name.startsWith("features")),
);

test.each(repeated)("engram %s may write again what it wrote, and over an empty file", async (_, { args, ending }) => {
  const cwd = await workplace();
  const run = () => engram([...args, `again${ending}`], { cwd, env: { XDG_CACHE_HOME: join(cwd, "cache") } });
  const codes = [(await run()).code, (await run()).code];
  writeFileSync(join(cwd, `again${ending}`), "");
  expect([...codes, (await run()).code]).toEqual([0, 0, 0]);
});
