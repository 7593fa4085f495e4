import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";

const UNITS = 5000;

/** Bytes of W, n x k; a matrix of all n + k units takes four times as many. */
const MATRIX = 8 * UNITS * UNITS;

/**
 * Stores two pairs and recalls them from either side in a process of its own. Of that it reports the largest number of bytes
 * that it ever held, before it stored anything and at its end, and which pairs it recalled.
 */
const program = (rule: string, body: string) => `
  import { readFileSync } from "node:fs";
  import { Bam, correlation, flip, pseudoinverse, Random, randomPatterns } from "engram";
  // A small memory first: code, kernels and what the collector leaves are not the large one's.
  const run = (units) => {
    const [left, right] = [1, 2].map((seed) => randomPatterns(2, units, new Random(seed)));
    const memory = new Bam(units, units, { rule: ${rule}() }).store({ left, right });
    const recalls = [
      ...memory.recallMany({ left: flip(left, 0.1, new Random(3)) }),
      ...memory.recallMany({ right: flip(right, 0.1, new Random(4)) }),
    ];
    ${body}
    return recalls.map(({ nearest: { index, overlap } }) => [index, overlap]);
  };
  run(100);
  // What getrusage knows on Linux begins with the peak of the process that started this one.
  const peak = () => {
    const { maxRSS } = process.resourceUsage();
    if (process.platform !== "linux") return 1024 * maxRSS;
    return 1024 * Number(/VmHWM:\\s*(\\d+) kB/.exec(readFileSync("/proc/self/status", "utf8"))?.[1] ?? maxRSS);
  };
  const before = peak();
  const recalled = run(${UNITS});
  console.log(JSON.stringify({ before, after: peak(), recalled, fixedPoints: globalThis.fixedPoints }));`;

async function measure(rule: string, body: string) {
  const args = ["--input-type=module", "-e", program(rule, body)];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return JSON.parse(stdout) as { before: number; after: number; recalled: [number, number][]; fixedPoints: number };
}

describe(`a BAM of ${UNITS} + ${UNITS} units`, () => {
  it.each(["correlation", "pseudoinverse"])(
    "%s: stores and recalls two pairs without a matrix of weights",
    async (rule) => {
      const body = "globalThis.fixedPoints = memory.inspect().fixedPoints;";
      const { before, after, recalled, fixedPoints } = await measure(rule, body);
      expect(recalled).toEqual([
        [0, 1],
        [1, 1],
        [0, 1],
        [1, 1],
      ]);
      expect(fixedPoints).toBe(2);
      // Half of one n x k matrix: whoever makes one, of whatever use, takes twice as much at least.
      expect(MATRIX / 2).toBeLessThanOrEqual(100e6);
      expect(after - before).toBeLessThan(MATRIX / 2);
    },
  );

  it("would be caught making one", async () => {
    const { before, after } = await measure("correlation", "globalThis.weights = memory.net.weights;");
    expect(after - before).toBeGreaterThan(MATRIX / 2);
  });
});
