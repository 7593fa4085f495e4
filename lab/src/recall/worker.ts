import { allDynamics, type SpinProcess } from "engram/dynamics";
import { bitMatrix, Random } from "engram/math";
import { type Hopfield, hopfieldKind } from "engram/memories";
import { makerNamed } from "engram/options";
import { PatternSet } from "engram/patterns";
import { failureOf } from "../options.js";
import { answerWith } from "../worker-side.js";
import { asState } from "./cue.js";
import type { Advance, Frame, Learn, Packed, Reply, Report, Request, Start } from "./protocol.js";

/** What the page needs of a memory. */
type RecallMemory = Pick<
  Hopfield,
  "units" | "store" | "start" | "energy" | "overlaps" | "classify" | "inspect" | "dispose"
>;

/** A run and where it stands. */
interface Run {
  readonly number: number;
  readonly memory: RecallMemory;
  readonly process: SpinProcess;
  readonly maxSweeps: number;
}

/** Longest burst in milliseconds, so that a pause takes effect at once. It changes no result. */
const BURST_MILLISECONDS = 14;

/** Points of the energy curve in a sweep, at least. */
const POINTS = 24;

let memory: RecallMemory | undefined;
let run: Run | undefined;

answerWith((request: Request) => {
  switch (request.kind) {
    case "learn":
      return post({ kind: "report", report: learn(request) });
    case "start":
      return start(request);
    case "advance":
      return advance(request);
  }
});

function post(reply: Reply): void {
  self.postMessage(reply);
}

function learn({ patterns, rule }: Learn): Report {
  run?.process.dispose();
  memory?.dispose();
  run = undefined;
  memory = undefined;
  if (patterns === undefined) return {};
  try {
    const set = unpack(patterns);
    const learned: RecallMemory = hopfieldKind.create(set.units, { rule }).store(set);
    const energies = Array.from({ length: set.count }, (_, row) => learned.energy(set.select([row])));
    memory = learned;
    return { inspection: learned.inspect(), energies };
  } catch (error) {
    return { error: failureOf(error) };
  }
}

function start({ run: number, cue, dynamics: { name, options }, seed }: Start): void {
  run?.process.dispose();
  run = undefined;
  if (memory === undefined || memory.units !== cue.length) return;
  const state = asState(cue);
  try {
    const dynamics = makerNamed("dynamics", allDynamics, name).make(options);
    const process = memory.start(state, { dynamics, random: new Random(seed).fork(1) });
    run = { number, memory, process, maxSweeps: dynamics.maxSweeps };
    post({ kind: "frame", frame: frameOf(run, [0, memory.energy(state)]) });
  } catch (error) {
    post({ kind: "refused", run: number, error: failureOf(error) });
  }
}

function advance({ run: number, visits }: Advance): void {
  if (run?.number !== number) return;
  const { memory, process, maxSweeps } = run;
  const n = memory.units;
  const before = process.visits;
  const wanted = visits === "sweep" ? before + n - (before % n) : before + visits;
  const end = Math.min(wanted, before + maxSweeps * n - (before % (maxSweeps * n)));
  const part = Math.ceil(n / POINTS);
  const energies: number[] = [];
  const deadline = performance.now() + BURST_MILLISECONDS;
  while (process.visits < end && process.period === 0) {
    process.advance(Math.min(part, end - process.visits));
    energies.push(process.visits, memory.energy(new PatternSet(process.read())));
    if (visits !== "sweep" && performance.now() > deadline) break;
  }
  post({ kind: "frame", frame: frameOf(run, energies) });
}

function frameOf({ number, memory, process, maxSweeps }: Run, energies: number[]): Frame {
  const { visits, sweeps, flips, period } = process;
  const state = new PatternSet(process.read());
  return {
    run: number,
    words: state.bits.words,
    visits,
    sweeps,
    flips,
    period,
    ended: visits > 0 && visits % (maxSweeps * memory.units) === 0,
    overlaps: memory.overlaps(state),
    energies,
    ...(period === 1 ? { attractor: memory.classify(state) } : {}),
  };
}

function unpack({ count, units, words }: Packed): PatternSet {
  return new PatternSet(bitMatrix(count, units, words));
}
