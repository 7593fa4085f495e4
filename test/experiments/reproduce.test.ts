import { once } from "node:events";
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { experimentById, order } from "engram/experiments";
import { describe, expect, test } from "vitest";
import { discardParts, reproduce } from "../../dist/node/index.js";
import { Random } from "../../src/math/index.js";
import { engram, engramProcess, startEngram } from "../support/engram.js";
import { temporaryFolder } from "../support/folder.js";

const table = "rojas-1996/table-spurious";

/** A small order of many tasks. */
const small = { ...order(experimentById(table), { setting: "quick", seed: 5 }), parameters: { draws: 300 } };

/** What `--json` writes, but for what may differ from run to run. */
function recordIn(file: string) {
  const { run, machine, ...rest } = JSON.parse(readFileSync(file, "utf8"));
  return { rest, run, machine };
}

/** The file of finished parts in a cache folder; undefined while there is none. */
function partsFile(cache: string): string | undefined {
  const folder = join(cache, "engram/experiments");
  const [name] = existsSync(folder) ? readdirSync(folder) : [];
  return name === undefined ? undefined : join(folder, name);
}

function linesOf(file: string | undefined): number {
  return file === undefined || !existsSync(file) ? 0 : readFileSync(file, "utf8").split("\n").length - 1;
}

/** A module that exports an experiment by default: three tasks that draw a number each. */
function userExperiment({ published, verdict }: { published: number; verdict: string }): string {
  return `export default {
    id: "nobody-2000/mean", title: "A mean", citation: "Nobody, 2000", where: "p. 1", version: 1,
    settings: { quick: { tasks: 3 }, full: { tasks: 30 } },
    tasks: ({ tasks }) => tasks,
    run: (_, task, { random }) => ({ task, draw: random.uniform() }),
    summarize: (_, parts) => ({
      rows: [{ label: "mean", published: ${published}, ours: parts.reduce((sum, { draw }) => sum + draw, 0) / parts.length,
               low: 0, high: 1, verdict: "${verdict}" }],
      notes: [parts.map(({ task }) => task).join(" ")],
      figure: null,
    }),
    figure: (Plot) => ({ marks: [Plot.ruleX([0])] }),
  };`;
}

describe("the same bits", () => {
  test("with one worker and with three, in whatever order tasks end; nothing is left behind", async () => {
    const folder = temporaryFolder();
    const one = await reproduce(small, { workers: 1, folder });
    const three = await reproduce(small, { workers: 3, folder });
    expect(three.report).toEqual(one.report);
    expect([one.run.workers, three.run.workers]).toEqual([1, 3]);
    expect(readdirSync(folder)).toEqual([]);
    const other = await reproduce({ ...small, seed: 6 }, { workers: 3, folder });
    expect(other.report.rows).not.toEqual(one.report.rows);
  });

  test("after an abort: the parts that were done are not done again", async () => {
    const folder = temporaryFolder();
    const whole = await reproduce(small, { workers: 2, folder: temporaryFolder() });
    const stop = new AbortController();
    const onProgress = ({ done }: { done: number }) => done >= 3 && stop.abort();
    await expect(reproduce(small, { workers: 2, folder, signal: stop.signal, onProgress })).rejects.toThrow(/abort/i);
    const again = await reproduce(small, { workers: 2, folder });
    expect(again.run.resumed).toBeGreaterThanOrEqual(3);
    expect(again.report).toEqual(whole.report);
  });

  test("with another seed or other parameters, kept parts are not taken up", async () => {
    const folder = temporaryFolder();
    const stop = new AbortController();
    const onProgress = ({ done }: { done: number }) => done >= 3 && stop.abort();
    await expect(reproduce(small, { workers: 2, folder, signal: stop.signal, onProgress })).rejects.toThrow(/abort/i);
    for (const other of [
      { ...small, seed: 9 },
      { ...small, parameters: { draws: 275 } },
    ]) {
      expect((await reproduce(other, { workers: 2, folder })).run.resumed).toBe(0);
    }
    expect(readdirSync(folder)).toHaveLength(1);
  });

  test("after kill -9 in the midst and a torn last line", async () => {
    const cwd = temporaryFolder();
    const args = (json: string) => ["reproduce", table, "--quick", "--threads", "1", "--json", join(cwd, json)];
    const whole = await engram(args("whole.json"), { cwd, env: { XDG_CACHE_HOME: join(cwd, "other") } });
    expect(whole.code).toBe(0);

    const cache = join(cwd, "cache");
    const surroundings = { cwd, env: { XDG_CACHE_HOME: cache } };
    const child = startEngram(args("none.json"), surroundings);
    const ended = once(child, "exit");
    while (child.exitCode === null && linesOf(partsFile(cache)) < 4) {
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    child.kill("SIGKILL");
    expect((await ended)[1]).toBe("SIGKILL");
    expect(existsSync(join(cwd, "none.json"))).toBe(false);
    const file = partsFile(cache)!;
    const done = linesOf(file);
    appendFileSync(file, '{"task":79,"part":[[[2,2,1');

    const second = await engram(args("second.json"), surroundings);
    expect(second.code).toBe(0);
    expect(second.stderr).toContain(`after ${done} of 80 tasks`);
    const [broken, unbroken] = [recordIn(join(cwd, "second.json")), recordIn(join(cwd, "whole.json"))];
    expect(broken.run.resumed).toBe(done);
    expect(broken.rest).toEqual(unbroken.rest);
    expect(partsFile(cache)).toBeUndefined();
  });

  test("parts stay where they are asked to, until they are discarded", async () => {
    const folder = temporaryFolder();
    const first = await reproduce(small, { workers: 2, folder, keepParts: true });
    expect(readdirSync(folder)).toHaveLength(1);
    const again = await reproduce(small, { workers: 2, folder, keepParts: true });
    expect(again.report).toEqual(first.report);
    expect(again.run.resumed).toBe(small.experiment.tasks(small.parameters));
    expect(again.run.work).toBe(first.run.work);
    expect(first.run.work).toBeGreaterThan(0);
    discardParts({ ...small, seed: 6 }, folder);
    expect(readdirSync(folder)).toHaveLength(1);
    discardParts(small, folder);
    expect(readdirSync(folder)).toEqual([]);
  });

  test("several experiments that are stopped resume with those that were complete, and lose no older results", async () => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, "one.mjs"), userExperiment({ published: 1, verdict: "agrees" }));
    const two = userExperiment({ published: 2, verdict: "agrees" });
    writeFileSync(
      join(cwd, "two.mjs"),
      `import { existsSync } from "node:fs";
      const stop = () => { throw new Error("stop"); };
      ${two.replace("=> ({ task,", "=> existsSync('go') ? ({ task,").replace("uniform() })", "uniform() }) : stop()")}`,
    );
    const args = ["reproduce", "./one.mjs", "./two.mjs", "--quick", "--json", "out.json"];
    const surroundings = { cwd, env: { XDG_CACHE_HOME: join(cwd, "cache") } };
    const old = '{ "id": "old", "rows": [], "verdict": "agrees" }\n';
    writeFileSync(join(cwd, "out.json"), old);
    const failed = await engramProcess([...args, "--force"], surroundings);
    expect(failed.code).toBe(1);
    expect(readFileSync(join(cwd, "out.json"), "utf8")).toBe(old);
    writeFileSync(join(cwd, "go"), "");
    const { code, stderr } = await engramProcess([...args, "--force"], surroundings);
    expect([code, stderr]).toEqual([0, "Resuming an earlier run after 3 of 3 tasks.\n"]);
    const text = readFileSync(join(cwd, "out.json"), "utf8");
    expect(JSON.parse(text).map(({ figure }: { figure: unknown }) => figure)).toEqual([null, null]);
    expect(text.split("\n").filter((line) => line === '  "figure": null')).toHaveLength(2);
    expect(readdirSync(join(cwd, "cache/engram/experiments"))).toEqual([]);
  });

  test("parts that no longer fit the experiment are named, not summarised", async () => {
    const folder = temporaryFolder();
    await reproduce(small, { folder, keepParts: true });
    const changed = {
      ...small,
      experiment: {
        ...small.experiment,
        summarize: (): never => {
          throw new TypeError("parts[0].other is undefined");
        },
      },
    };
    await expect(reproduce(changed, { folder })).rejects.toThrow(
      /\.jsonl do not fit rojas-1996\/table-spurious; remove/,
    );
    expect(readdirSync(folder)).toHaveLength(1);
  });
});

test("where the cache folder cannot be written, the work is done all the same", async () => {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, "file"), "");
  const args = ["reproduce", "rojas-1996/small-networks", "--quick"];
  const { code, stderr, stdout } = await engram(args, { cwd, env: { XDG_CACHE_HOME: join(cwd, "file") } });
  expect(code).toBe(0);
  expect(stderr).toContain("the cache folder cannot be written");
  expect(stdout).toContain("verdict: source differs, explained");
});

describe("engram reproduce", () => {
  test("writes JSON and a figure, and prints the table", async () => {
    const cwd = temporaryFolder();
    const args = [
      "reproduce",
      "rojas-1996/small-networks",
      "--quick",
      "--seed",
      "3",
      "--json",
      "a.json",
      "--svg",
      "a.svg",
    ];
    const { code, stdout, stderr } = await engram(args, { cwd, env: { XDG_CACHE_HOME: cwd } });
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toContain("verdict: source differs, explained");
    expect(stdout).not.toContain("\x1b[");
    const { rest, run, machine } = recordIn(join(cwd, "a.json"));
    expect(rest).toMatchObject({
      id: "rojas-1996/small-networks",
      source: { citation: expect.stringContaining("1996"), where: expect.any(String) },
      setting: "quick",
      parameters: { nets: 200 },
      seed: 3,
      verdict: "source differs, explained",
      version: expect.stringMatching(/^\d+\.\d+\.\d+/),
      notes: expect.arrayContaining([expect.any(String)]),
      figure: expect.anything(),
    });
    for (const row of rest.rows) {
      expect(Object.keys(row)).toEqual(expect.arrayContaining(["label", "ours", "low", "high", "verdict"]));
    }
    expect(run).toEqual({
      workers: 1,
      seconds: expect.any(Number),
      utilisation: expect.any(Number),
      resumed: 0,
      work: expect.any(Number),
    });
    expect(machine).toEqual({
      cpu: expect.any(String),
      cores: expect.any(Number),
      node: process.version,
      platform: expect.any(String),
    });
    expect(readFileSync(join(cwd, "a.svg"), "utf8")).toMatch(/^<svg [\s\S]*<\/svg>\n$/);
  });

  test("several experiments: one JSON array, figures in a folder", async () => {
    const cwd = temporaryFolder();
    mkdirSync(join(cwd, "figures"));
    const ids = ["rojas-1996/small-networks", "rojas-1996/capacity-rule"];
    const args = ["reproduce", ...ids, "--quick", "--json", "a.json", "--svg", "figures"];
    const { code, stdout } = await engram(args, { cwd, env: { XDG_CACHE_HOME: cwd } });
    expect(code).toBe(0);
    const records = JSON.parse(readFileSync(join(cwd, "a.json"), "utf8"));
    expect(records.map(({ id }: { id: string }) => id)).toEqual(ids);
    expect(records[1].verdict).toBe("source differs, explained");
    expect(readdirSync(join(cwd, "figures")).sort()).toEqual([
      "rojas-1996-capacity-rule.svg",
      "rojas-1996-small-networks.svg",
    ]);
    expect(stdout.trimEnd().split("\n").at(-1)).toContain("source differs, explained");
  });

  test("exit code 1 where an experiment differs, here one of a user's own", async () => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, "differs.mjs"), userExperiment({ published: 1, verdict: "differs" }));
    const env = { XDG_CACHE_HOME: cwd };
    const { code, stdout } = await engramProcess(["reproduce", "./differs.mjs"], { cwd, env });
    expect(stdout).toContain("verdict: differs");
    expect(code).toBe(1);
  });

  const bad: [what: string, args: string[], complaint: RegExp][] = [
    ["an unknown name", ["rojas-1996/table-one-stop"], /did you mean rojas-1996\/table-one-step\?/],
    [
      "a name that is like none",
      ["foo"],
      /experiment is "foo"; expected a name of engram reproduce --list, or a source: /,
    ],
    ["the beginning of a name", ["rojas"], /experiment is "rojas"; did you mean rojas-1996\?/],
    ["a pattern that fits none", ["rojas-*/x*"], /experiment is "rojas-\*\/x\*", which fits none/],
    [
      "a forgotten file name",
      ["--json", table],
      /--json is "rojas-1996\/table-spurious"; expected the name of a file that ends in \.json/,
    ],
    ["no name", [], /no experiment is named/],
    ["names beside --all", ["--all", table], /--all cannot be combined with names/],
    ["two settings", [table, "--quick", "--full"], /cannot be used with/],
    ["a negative seed", [table, "--seed", "-1"], /--seed is "-1"/],
    ["no threads", [table, "--threads", "0"], /--threads is "0"/],
    ["JSON into a folder that is not there", [table, "--json", "none/a.json"], /--json is none\/a.json/],
    ["an SVG into a folder that is not there", [table, "--svg", "none/a.svg"], /--svg is none\/a.svg/],
    ["several figures into a file", [table, "hopfield-1982/capacity", "--svg", "a.svg"], /a.svg is not a folder/],
  ];
  test.each(bad)("exit code 2 for %s", async (_, args, complaint) => {
    const { code, stdout, stderr } = await engram(["reproduce", ...args], { cwd: temporaryFolder() });
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(complaint);
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
  });
});

describe("an experiment of a user's own", () => {
  test("runs from the command line over threads, and writes its JSON", async () => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, "my-experiment.mjs"), userExperiment({ published: 0.5, verdict: "agrees" }));
    const args = ["reproduce", "./my-experiment.mjs", "--quick", "--threads", "2", "--json", "out.json"];
    const { code, stdout, stderr } = await engramProcess(args, { cwd, env: { XDG_CACHE_HOME: cwd } });
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toContain("nobody-2000/mean: A mean");
    const { rows, notes } = JSON.parse(readFileSync(join(cwd, "out.json"), "utf8"));
    const draws = [0, 1, 2].map((task) => new Random(1).fork(task).uniform());
    expect(rows[0].ours).toBe(draws.reduce((sum, draw) => sum + draw, 0) / 3);
    expect(notes).toEqual(["0 1 2"]);
  });

  test("runs in the library by its module, the same with one worker and with two", async () => {
    const folder = temporaryFolder();
    const module = join(folder, "mine.mjs");
    writeFileSync(module, userExperiment({ published: 0.5, verdict: "agrees" }));
    const [one, two] = [
      await reproduce({ module, setting: "quick", seed: 3 }, { workers: 1, folder }),
      await reproduce({ module, setting: "quick", seed: 3 }, { workers: 2, folder }),
    ];
    expect(one.report).toEqual(two.report);
    expect(one.report.rows[0].ours).not.toBe(0.5);
  });

  test.each([
    ["./none.mjs", undefined, "./none.mjs does not exist"],
    ["./text.mjs", "export default 7;", "./text.mjs does not export an experiment by default: it lacks id, title"],
    ["./empty.mjs", "export const a = 1;", "./empty.mjs has no default export"],
    ["./broken.mjs", "export default {", "./broken.mjs cannot be loaded as a module"],
  ])("that is not one is refused in one line: %s", async (path, text, message) => {
    const cwd = temporaryFolder();
    if (text !== undefined) writeFileSync(join(cwd, path), text);
    const { code, stderr } = await engramProcess(["reproduce", path, "--quick"], { cwd, env: { XDG_CACHE_HOME: cwd } });
    expect([code, stderr.split("\n").length]).toEqual([2, 2]);
    expect(stderr).toContain(message);
  });
});
