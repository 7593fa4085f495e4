import { once } from "node:events";
import { closeSync, existsSync, openSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { engram, engramProcess, startEngram } from "../support/engram.js";
import { temporaryFolder } from "../support/folder.js";
import { putPng, randomPictures } from "../support/pictures.js";

describe("engram", () => {
  test("alone greets and shows how to begin", async () => {
    const { code, stdout, stderr } = await engramProcess([], { cwd: temporaryFolder() });
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toContain("engram store --data glyphs");
    expect(stdout.split("\n").length).toBeLessThan(15);
  });

  test.each([
    [],
    ["store"],
    ["recall"],
    ["inspect"],
    ["lab"],
    ["data"],
    ["train"],
    ["train", "rbm"],
    ["train", "boltzmann"],
    ["train", "dbn"],
    ["train", "dbm"],
    ["train", "classifier"],
    ["train", "dense-classifier"],
    ["sample"],
    ["score"],
    ["features"],
  ])("--help closes with one example %s", async (...command) => {
    const { code, stdout, stderr } = await engram([...command, "--help"], { cwd: temporaryFolder() });
    expect([code, stderr]).toEqual([0, ""]);
    const [, example] = stdout.split("\nExample:\n");
    expect(example).toMatch(new RegExp(`^ {2}engram ${command.join(" ") || "store"} .+\n$`));
  });

  test("train alone, and help of any depth, print the help of that command", async () => {
    const said = async (...args: string[]) => {
      const { code, stdout, stderr } = await engram(args, { cwd: temporaryFolder() });
      return [code, stdout, stderr];
    };
    for (const [asked, command] of [
      [["train"], ["train"]],
      [["help"], []],
      [["help", "train"], ["train"]],
      [
        ["help", "train", "rbm"],
        ["train", "rbm"],
      ],
      [["help", "store"], ["store"]],
    ]) {
      const help = await said(...command, "--help");
      expect(help).toEqual([0, expect.stringMatching(/^Usage: engram /), ""]);
      expect(await said(...asked)).toEqual(help);
    }
    expect(await said("help", "train", "rmb")).toEqual([
      2,
      "",
      'engram: command is "rmb"; did you mean rbm? (14 in all)\n',
    ]);
    expect(await said("help", "inspect", "package.json")).toEqual([
      2,
      "",
      expect.stringMatching(/^engram: command is /),
    ]);
  });

  test("help of every command fits 80 columns", async () => {
    const named = async (...command: string[]): Promise<void> => {
      const { stdout } = await engram([...command, "--help"], { cwd: temporaryFolder() });
      const [text] = stdout.split("\nExample:\n");
      for (const line of text.split("\n")) expect(line.length, `${command.join(" ")}: ${line}`).toBeLessThanOrEqual(80);
      // A default is "(default x)", in words or a value; commander's own form is "(default: x)".
      expect(text).not.toMatch(/default:/);
      const commands = /\nCommands:\n(.*)/s.exec(text)?.[1] ?? "";
      for (const [, name] of commands.matchAll(/^ {2}([a-z-]+)/gm)) if (name !== "help") await named(...command, name);
    };
    await named();
  });

  test("--version prints the version and the kernels in use", async () => {
    const cwd = temporaryFolder();
    const ask = (kernels: string, ...more: string[]) =>
      engramProcess(["--version", ...more], { cwd, env: { ENGRAM_KERNELS: kernels } });
    expect((await ask("wasm")).stdout).toMatch(/^\d+\.\d+\.\d+\nkernels in WebAssembly\n$/);
    expect(JSON.parse((await ask("reference", "--json")).stdout)).toEqual({
      version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
      kernels: "reference",
    });
    const { code, stderr } = await ask("fast");
    expect([code, stderr]).toEqual([2, 'engram: ENGRAM_KERNELS is "fast"; expected reference, wasm or native\n']);
  });

  test("sends no control characters of names to the terminal with an error", async () => {
    const cwd = temporaryFolder();
    const picture = randomPictures(1, [4, 4])[0];
    const [erase, red] = ["\x1b[2J", "\x1b[31m"];
    for (const name of ["a.png", `${red}b.png`]) await putPng(cwd, name, picture, [4, 4]);
    const missing = await engram(["inspect", `${erase}\u009bmodel`], { cwd });
    expect(missing.stderr).toBe("engram:  [2J model cannot be read: there is no such file or folder\n");
    // The label of a pattern is the name of its file.
    const twins = await engram(["store", "a.png", `${red}b.png`, "--rule", "projection", "--out", "m"], { cwd });
    expect(twins.stderr).toMatch(/^engram: pattern 1 \("\\u001b\[31mb"\) is a duplicate of pattern 0 \("a"\); .*\n$/);
  });

  test("sends no marks of direction either, in text, JSON and errors", async () => {
    const cwd = temporaryFolder();
    const picture = randomPictures(1, [4, 4])[0];
    const mark = "\u202e";
    await putPng(cwd, `gnp${mark}.a.png`, picture, [4, 4]);
    const args = ["store", `gnp${mark}.a.png`, "--force", "--out", `m${mark}`];
    const said = [await engram(args, { cwd }), await engram([...args, "--force", "--json"], { cwd })];
    said.push(await engram(["inspect", `m${mark}`], { cwd }), await engram(["inspect", `${mark}none`], { cwd }));
    for (const { stdout, stderr } of said) expect(stdout + stderr).not.toContain(mark);
    expect(said.map(({ code }) => code)).toEqual([0, 0, 0, 2]);
    expect(JSON.parse(said[1].stdout).file).toBe(`m${mark}`);
  });

  test("quotes no more than the beginning of a long argument", async () => {
    const cwd = temporaryFolder();
    const long = "x".repeat(100_000);
    for (const args of [
      [long],
      ["inspect", `--${long}`],
      ["train", "rbm", "--hidden", long],
      ["store", "--kind", long],
    ]) {
      const { code, stderr } = await engram(args, { cwd });
      expect([code, stderr.split("\n").length]).toEqual([2, 2]);
      expect(stderr.length).toBeLessThan(1100);
    }
  });

  test("colours and ASCII are as the environment wants them, in a pipe as well", async () => {
    const cwd = temporaryFolder();
    const demo = async (env: NodeJS.ProcessEnv) =>
      (await engram(["demo"], { cwd, env: { NO_COLOR: undefined, LC_ALL: "C.UTF-8", ...env } })).stdout;
    const plain = await demo({});
    expect(plain).toMatch(/^[\n -~]+$/);
    expect(await demo({ NO_COLOR: "1", FORCE_COLOR: "1" })).toBe(plain);
    const coloured = await demo({ FORCE_COLOR: "1" });
    expect(coloured).toContain("\x1b[");
    expect(coloured).toContain("\u2588");
    const ascii = await demo({ FORCE_COLOR: "1", LC_ALL: "C" });
    expect(ascii).toContain("\x1b[41m");
    expect(ascii).not.toMatch(/[^\0-\x7f]/);
    expect((await engram(["inspect", "none"], { cwd, env: { NO_COLOR: undefined, FORCE_COLOR: "1" } })).stderr).toBe(
      "\x1b[31mengram:\x1b[39m none cannot be read: there is no such file or folder\n",
    );
  });

  test("--debug shows where an error comes from, in addition to its line", async () => {
    const { code, stderr } = await engramProcess(["inspect", "none", "--debug"], { cwd: temporaryFolder() });
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /^engram: none cannot be read: there is no such file or folder\nStorageError: none .*\n +at /,
    );
  });

  test("says in one line that standard output cannot be written", async (context) => {
    if (!existsSync("/dev/full")) context.skip("/dev/full is not here");
    const full = openSync("/dev/full", "w");
    const child = startEngram(["demo", "--help"], { cwd: temporaryFolder(), stdout: full });
    let stderr = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    const [code] = await once(child, "close");
    closeSync(full);
    expect([code, stderr]).toEqual([
      1,
      "engram: standard output cannot be written: the disk is full; free some space, or give a path on another disk\n",
    ]);
  });
});
