import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { Contestant } from "../bench/contestants.mjs";
import { describe as describeMachine, rowsOf as makeRows, notesOf, statistics, tableOf } from "../bench/rows.mjs";
import { temporaryFolder } from "./support/folder.js";
import { needNumPy, needPython } from "./support/need.js";

type Times = Readonly<Record<string, unknown>>;
const rowsOf = (about: object, ours: Times[], rivals: Times[]): Times[] => makeRows(about, ours, rivals);

const own = (threads: number, wall: number[], more = {}) => ({
  name: "Engram",
  kernels: "wasm",
  node: "v20.0.0",
  threads,
  wall,
  cpu: wall.map((seconds) => seconds * threads),
  ...more,
});
const rival = (name: string, threads: number, wall: number[], more = {}) => ({
  name,
  threads,
  share: 1,
  wall,
  cpu: wall.map((seconds) => seconds * threads),
  ...more,
});
const description = { work: "epoch", what: "an epoch of PCD-1", per: "epoch", agreement: "equal" };

describe("statistics", () => {
  test.each([
    [[3, 1, 2], { minimum: 1, median: 2, maximum: 3 }],
    [[4, 1, 10, 2], { minimum: 1, median: 3, maximum: 10 }],
    [[7], { minimum: 7, median: 7, maximum: 7 }],
  ])("of %j", (samples, expected) => {
    expect(statistics(samples)).toEqual(expected);
  });
});

describe("the rows of a race", () => {
  const ours = [own(1, [2, 4, 3]), own(2, [1, 2, 1.5])];
  const rivals = [
    rival("NumPy", 1, [9, 9, 9]),
    rival("NumPy", 2, [4, 6, 3]),
    rival("PyTorch", 1, [6, 6, 6]),
    rival("PyTorch", 2, [60, 60, 60]),
  ];
  const rows = rowsOf(description, ours, rivals);

  test("are one for each of ours beside each rival at its best number of threads", () => {
    expect(
      rows.map(({ threads, isBest, rivalName, rivalThreads }) => [threads, isBest, rivalName, rivalThreads]),
    ).toEqual([
      [1, false, "NumPy", 2],
      [1, false, "PyTorch", 1],
      [2, true, "NumPy", 2],
      [2, true, "PyTorch", 1],
    ]);
  });

  test("have medians, extremes and CPU time of both sides, and the ratio", () => {
    expect(rows[2]).toEqual({
      work: "epoch",
      what: "an epoch of PCD-1",
      per: "epoch",
      ours: 1.5,
      rival: 4,
      rivalName: "NumPy",
      ratio: 4 / 1.5,
      spread: { ours: [1, 2], rival: [3, 6], ratio: [2, 4] },
      kernels: "wasm",
      threads: 2,
      node: "v20.0.0",
      program: null,
      isBest: true,
      rivalThreads: 2,
      rivalProgram: null,
      wall: { ours: { minimum: 1, median: 1.5, maximum: 2 }, rival: { minimum: 3, median: 4, maximum: 6 } },
      cpu: { ours: { minimum: 2, median: 3, maximum: 4 }, rival: { minimum: 6, median: 8, maximum: 12 } },
      rate: null,
      share: 1,
      agreement: "equal",
    });
  });

  test("judge the best number of threads for each kind of kernels alone", () => {
    const native = [own(1, [0.5], { kernels: "native" }), own(2, [0.9], { kernels: "native" })];
    const found = rowsOf(description, [own(1, [2]), own(2, [1]), ...native], [rival("NumPy", 1, [3])]);
    expect(found.map(({ kernels, threads, isBest }) => [kernels, threads, isBest])).toEqual([
      ["wasm", 1, false],
      ["wasm", 2, true],
      ["native", 1, true],
      ["native", 2, false],
    ]);
  });

  test("keep programs of one rival apart", () => {
    const loops = [
      rival("NumPy", 1, [5], { program: "W[i] @ s" }),
      rival("NumPy", 1, [4], { program: "overlaps kept" }),
    ];
    const found = rowsOf(description, [own(1, [1])], loops);
    expect(found.map(({ rivalProgram, ratio }) => [rivalProgram, ratio])).toEqual([
      ["W[i] @ s", 5],
      ["overlaps kept", 4],
    ]);
  });

  test("pair equal numbers of threads where a core races a core, with a rate", () => {
    const product = { ...description, operations: 12, unit: "GFLOP/s", alike: true };
    const found = rowsOf(product, ours, rivals.slice(0, 2));
    expect(found.map(({ threads, rivalThreads, rate }) => [threads, rivalThreads, rate])).toEqual([
      [1, 1, { unit: "GFLOP/s", ours: 4, rival: 12 / 9 }],
      [2, 2, { unit: "GFLOP/s", ours: 8, rival: 3 }],
    ]);
  });

  test("stand without a rival", () => {
    const [row] = rowsOf(description, ours, []);
    expect(row).toMatchObject({
      ours: 3,
      rival: null,
      rivalName: null,
      ratio: null,
      spread: { ours: [2, 4], rival: null },
    });
    expect(tableOf([row])).toContain("wasm");
    // Every field of a row with a rival is there.
    expect(Object.keys(row)).toEqual(Object.keys(rows[0]));
    expect(JSON.parse(JSON.stringify(row))).toEqual(row);
  });

  test("make a table that names the kernels, the rival's libraries and the threads of both", () => {
    const libraries = "NumPy 2.4.6, OpenBLAS 0.3.31";
    const found = rowsOf(description, ours, [rival(libraries, 2, [4, 6, 3], { share: 0.25 })]);
    const [, title, head, first, second] = tableOf(found).split("\n");
    expect(title).toBe("an epoch of PCD-1");
    expect(head).toMatch(/^Engram +threads +one epoch +CPU +rival +threads +one epoch +CPU +times as fast$/);
    expect(first).toMatch(
      /^wasm +1 +3\.00 s +\(2\.00 s - 4\.00 s\) +3\.00 s +NumPy 2\.4\.6, OpenBLAS 0\.3\.31 +2 +4\.00 s/,
    );
    expect(second).toMatch(/^wasm +2\* +1\.50 s .* 2\.67 +\(2\.00 - 4\.00\)$/);
    expect(notesOf(found)).toContain("the rival did 25.0 % of the work");
  });
});

test("the machine is described with its load before and after, and with who could not race", () => {
  const machine = {
    cpu: "A CPU",
    cores: 2,
    platform: "linux x64",
    load: { before: [0.1, 0, 0], after: [1.9, 1, 0] },
    busyWithOthers: 0.25,
  };
  const contestants = [
    { name: "Engram", node: "v20.0.0", kernels: "wasm", threads: 1 },
    { name: "PyTorch", version: "1.13", blas: "MKL", threads: 1, pools: { OpenMP: 1, torch: 1, "torch inter-op": 1 } },
  ];
  const missing = [{ name: "NumPy", reason: "it uses the reference BLAS" }];
  expect(describeMachine({ machine, contestants, missing }).split("\n")).toEqual([
    "A CPU, 2 cores, linux x64; load 0.1 before and 1.9 after, 25 % of the cores taken by other programs",
    "Engram wasm kernels, Node 20.0.0; threads 1",
    "PyTorch 1.13, MKL; threads 1 (OpenMP 1, torch 1, torch inter-op 1)",
    "NumPy does not race: it uses the reference BLAS",
  ]);
});

describe("the rivals' libraries", () => {
  const rivals = fileURLToPath(new URL("../bench/rivals/", import.meta.url));

  /** What a Python expression of pools.py gives, as JSON. */
  function evaluate(python: string, code: string, { input = "", env = {} } = {}) {
    const program = `import json, os, sys\nsys.path.insert(0, ${JSON.stringify(rivals)})\nfrom pools import *\n${code}`;
    const args = ["-B", "-c", program];
    const { status, stdout, stderr } = spawnSync(python, args, {
      input,
      encoding: "utf8",
      env: { ...process.env, ...env },
    });
    expect(stderr).toBe("");
    expect(status).toBe(0);
    return JSON.parse(stdout);
  }

  const debian = "/usr/lib/x86_64-linux-gnu";
  const known: [path: string, kind: string | null][] = [
    [`${debian}/openblas-pthread/libblas.so.3`, "OpenBLAS"],
    ["/v/numpy.libs/libscipy_openblas64_-32a4b2a6.so", "OpenBLAS"],
    ["/opt/intel/libmkl_rt.so.2", "MKL"],
    [`${debian}/blis-openmp/libblas.so.3`, "BLIS"],
    [`${debian}/atlas/libblas.so.3`, "ATLAS"],
    ["/System/Library/Frameworks/Accelerate.framework/Versions/A/Accelerate", "Accelerate"],
    [`${debian}/blas/libblas.so.3.11.0`, "reference"],
    // The names of folders above do not matter.
    ["/openblas/usr/lib/blas/libblas.so.3", "reference"],
    // A module of SciPy, which is not a BLAS.
    ["/usr/lib/python3/scipy/linalg/_fblas.cpython-311.so", null],
  ];

  test("are told from the text of /proc/self/maps", (context) => {
    const maps = known.map(([path]) =>
      [
        "55d0-55d1 r--p 00000000 fe:01 1 /usr/bin/python3.11",
        "7f00-7f01 rw-p 00000000 00:00 0",
        `7f01-7f02 r-xp 00000000 fe:01 2                          ${path}`,
        `7f02-7f03 rw-p 00001000 fe:01 2                          ${path} (deleted)`,
        "7ffc-7ffd rw-p 00000000 00:00 0                          [stack]",
      ].join("\n"),
    );
    const code = `print(json.dumps([[mapped(text), blas_of(mapped(text))] for text in json.loads(sys.stdin.read())]))`;
    const expected = known.map(([path, kind]) => [
      ["/usr/bin/python3.11", path],
      kind === null ? [null, null] : [kind, path],
    ]);
    expect(evaluate(needPython(context), code, { input: JSON.stringify(maps) })).toEqual(expected);
  });

  test("prefer an optimised BLAS to the reference BLAS beside it", (context) => {
    const paths = [`${debian}/blas/libblas.so.3`, "/v/numpy.libs/libscipy_openblas64_-32a4b2a6.so"];
    expect(evaluate(needPython(context), `print(json.dumps(blas_of(${JSON.stringify(paths)})))`)).toEqual([
      "OpenBLAS",
      paths[1],
    ]);
  });

  test("run without variables that slow them down, and with the number of threads that is asked for", (context) => {
    const code = "drop_slowing()\nset_threads(3)\nprint(json.dumps(dict(os.environ)))";
    const slow = { OPENBLAS_CORETYPE: "Haswell", MKL_ENABLE_INSTRUCTIONS: "SSE4_2", OMP_NUM_THREADS: "7" };
    const found = evaluate(needPython(context), code, { env: slow });
    expect(found).not.toHaveProperty("OPENBLAS_CORETYPE");
    expect(found).not.toHaveProperty("MKL_ENABLE_INSTRUCTIONS");
    expect(found).toMatchObject({ OPENBLAS_NUM_THREADS: "3", OMP_NUM_THREADS: "3", MKL_NUM_THREADS: "3" });
  });

  test("do not race with the reference BLAS, in one line with a remedy", (context) => {
    const python = needNumPy(context);
    const folder = temporaryFolder();
    writeFileSync(join(folder, "race.json"), "{}");
    const path = "/usr/lib/blas/libblas.so.3";
    const code = [
      `import pools`,
      `pools.libraries = lambda: [${JSON.stringify(path)}]`,
      `pools.set_threads = lambda count: {}`,
      `sys.argv = ["", ${JSON.stringify(folder)}, ${JSON.stringify(folder)}, "1"]`,
      `import rival`,
    ].join("\n");
    const { refused } = evaluate(python, code);
    expect(refused).toContain(path);
    expect(refused).toContain("libopenblas0-pthread");
    expect(refused).not.toContain("\n");
  });

  test("are named by a rival, which answers requests", async (context) => {
    const python = needNumPy(context);
    const folder = temporaryFolder();
    writeFileSync(join(folder, "race.json"), JSON.stringify({ size: 2 }));
    writeFileSync(join(folder, "a.bin"), Float32Array.of(1, 2, 3, 4));
    writeFileSync(join(folder, "b.bin"), Float32Array.of(5, 6, 7, 8));
    const rival = new Contestant(python, [join(rivals, "dense_numpy.py"), folder, folder, "1"], folder);
    try {
      const { about } = await rival.start();
      if (about.refused !== undefined) context.skip(about.refused);
      expect(about).toMatchObject({ name: "NumPy", threads: 1 });
      for (const count of Object.values(about.pools)) expect(count).toBe(1);
      const answer = await rival.ask("product", 1, true);
      expect(Object.keys(answer)).toEqual(["wall", "cpu"]);
      expect(Array.from(new Float32Array(rival.result("product").buffer))).toEqual([19, 22, 43, 50]);
    } finally {
      rival.end();
    }
  });
});
