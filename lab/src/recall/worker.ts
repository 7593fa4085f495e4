import { digits, readIdx } from "engram/data";
import { asynchronous, type Dynamics, glauber, type Process, synchronous } from "engram/dynamics";
import { ruleByName } from "engram/learning";
import { bitMatrix, Random } from "engram/math";
import { Hopfield } from "engram/memories";
import { PatternSet } from "engram/patterns";
import { asState } from "./cue.js";
import type { Frame, Packed, Reply, Report, Request } from "./protocol.js";

/** A burst ends after so long, so that a pause is heard at once. It bounds waiting and shows in no result. */
const BURST_MILLISECONDS = 14;

/** Points of the energy curve in a sweep, at least. */
const POINTS = 24;

let memory: Hopfield | undefined;
let process: Process | undefined;
let run = 0;

self.onmessage = ({ data: request }: MessageEvent<Request>) => {
  switch (request.kind) {
    case "learn":
      return post({ kind: "report", report: learn(request) });
    case "start":
      return start(request);
    case "advance":
      return advance(request);
    case "digits":
      return void fetchDigits(request).then(post);
  }
};

function post(reply: Reply): void {
  self.postMessage(reply);
}

function learn({ patterns, rule, selfCoupling }: Extract<Request, { kind: "learn" }>): Report {
  memory?.net?.couplings.dispose();
  memory = undefined;
  if (patterns === undefined) return {};
  try {
    const set = unpack(patterns);
    const learned = new Hopfield(set.units, { rule: ruleByName(rule, { selfCoupling }) }).store(set);
    const energies = Array.from({ length: set.count }, (_, row) => learned.energy(set.select([row])));
    memory = learned;
    return { inspection: learned.inspect(), energies };
  } catch (error) {
    return { error: messageOf(error) };
  }
}

function start({ run: number, cue, dynamics, beta, seed }: Extract<Request, { kind: "start" }>): void {
  process?.dispose();
  process = undefined;
  run = number;
  if (memory === undefined || memory.units !== cue.length) return;
  const state = asState(cue);
  process = memory.start(state, { dynamics: dynamicsOf(dynamics, beta), random: new Random(seed).fork(1) });
  post({ kind: "frame", frame: frameOf(memory, process, [0, memory.energy(state)]) });
}

function dynamicsOf(name: string, beta: number): Dynamics {
  if (name === "glauber") return glauber({ beta });
  return name === "synchronous" ? synchronous() : asynchronous();
}

function advance({ run: number, visits }: Extract<Request, { kind: "advance" }>): void {
  if (memory === undefined || process === undefined || number !== run) return;
  const n = memory.units;
  const end = process.visits + (visits === "sweep" ? n - (process.visits % n) : visits);
  const part = Math.ceil(n / POINTS);
  const energies: number[] = [];
  const deadline = performance.now() + BURST_MILLISECONDS;
  while (process.visits < end && process.period === 0) {
    process.advance(Math.min(part, end - process.visits));
    energies.push(process.visits, memory.energy(new PatternSet(process.read())));
    if (visits !== "sweep" && performance.now() > deadline) break;
  }
  post({ kind: "frame", frame: frameOf(memory, process, energies) });
}

function frameOf(net: Hopfield, moving: Process, energies: number[]): Frame {
  const { visits, sweeps, flips, period } = moving;
  const state = new PatternSet(moving.read());
  return {
    run,
    words: state.bits.words,
    visits,
    sweeps,
    flips,
    period,
    overlaps: net.overlaps(state),
    energies,
    ...(period === 1 ? { attractor: net.classify(state) } : {}),
  };
}

async function fetchDigits(request: Extract<Request, { kind: "digits" }>): Promise<Reply> {
  try {
    const [images, labels] = await Promise.all(
      [request.images, request.labels].map(async (address) => {
        const response = await fetch(address);
        if (!response.ok) throw new Error(`${address} answered ${response.status}`);
        return readIdx(new Uint8Array(await response.arrayBuffer()), { name: address });
      }),
    );
    const { bits, count, units, labels: names } = digits(images, labels, { perClass: request.perClass });
    return { kind: "digits", patterns: { count, units, words: bits.words }, labels: names ?? [] };
  } catch (error) {
    return { kind: "digits", error: messageOf(error) };
  }
}

function unpack({ count, units, words }: Packed): PatternSet {
  return new PatternSet(bitMatrix(count, units, words));
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
