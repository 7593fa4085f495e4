import { Random } from "engram/math";
import { GibbsChains } from "engram/models";
import { type RbmReport, reconstructions } from "engram/training";
import { answerWith } from "../worker-side.js";
import { Dreamer } from "./dreamer.js";
import { Gauge, type Measured } from "./gauge.js";
import { filters, greys } from "./greys.js";
import { digitPictures, glyphPictures, type Pictures } from "./pictures.js";
import type { Frame, Recipe, Reply, Request } from "./protocol.js";
import { Trainer } from "./trainer.js";

/** Milliseconds between two readings, about. They show in the density of the curves and nowhere else. */
const READING = 700;
/** Pictures whose reconstructions are shown, and chains that run freely. */
const RECONSTRUCTED = 10;
const FANTASIES = 20;

/** A machine, its pictures, and what measures it. */
interface Work {
  readonly run: number;
  readonly trainer: Trainer;
  readonly gauge: Gauge;
  readonly shown: Float64Array;
  readonly fantasies: GibbsChains;
  readAt: number;
  found: Measured | undefined;
}

let work: Work | undefined;
let dreamer: Dreamer | undefined;
let placed = -1;
let latest = 0;
let digits: Promise<Pictures> | undefined;

answerWith((request: Request) => {
  switch (request.kind) {
    case "begin":
      return void begin(request);
    case "advance":
      return void advance(request);
    case "place":
      placed = request.chain;
      dreamer = new Dreamer(request.visible, request.held, request.seed);
      return;
    case "dream":
      return dream(request);
  }
});

function post(reply: Reply, transfer: Transferable[] = []): void {
  self.postMessage(reply, { transfer });
}

async function begin({ run, recipe, digits: places }: Extract<Request, { kind: "begin" }>): Promise<void> {
  latest = run;
  const before = work;
  work = undefined;
  await before?.trainer.dispose();
  try {
    digits ??= recipe.data === "digits" ? digitPictures(places) : undefined;
    const pictures = recipe.data === "digits" ? await (digits as Promise<Pictures>) : glyphPictures();
    if (run !== latest) return;
    work = start(run, recipe, pictures);
    const { training, heldOut, samples, names, areFew = false } = pictures;
    const counts = { pictures: training.count, heldOut: heldOut.count };
    post({
      kind: "begun",
      begun: { run, ...counts, samples: Uint8Array.from(unitsOf(pictures, samples.count)), names, areFew },
    });
    post({ kind: "frame", frame: frameOf(work, undefined, undefined) });
  } catch (error) {
    digits = undefined;
    post({ kind: "absent", run, error: messageOf(error) });
  }
}

function start(run: number, recipe: Recipe, pictures: Pictures): Work {
  const trainer = new Trainer(recipe, pictures);
  return {
    run,
    trainer,
    gauge: new Gauge(trainer.rbm, pictures),
    shown: unitsOf(pictures, RECONSTRUCTED),
    fantasies: new GibbsChains(trainer.rbm, { random: new Random(recipe.seed).fork(3), count: FANTASIES }),
    readAt: Number.NEGATIVE_INFINITY,
    found: undefined,
  };
}

function unitsOf({ samples }: Pictures, count: number): Float64Array {
  return Float64Array.from(Array.from({ length: count }, (_, r) => Array.from(samples.binary(r))).flat());
}

async function advance({ run, updates, rate }: Extract<Request, { kind: "advance" }>): Promise<void> {
  const now = work;
  if (now === undefined || now.run !== run) return;
  try {
    const from = now.trainer.begins(updates) ? undefined : performance.now();
    const report = await now.trainer.advance(updates, rate);
    const took = from && performance.now() - from;
    if (now === work) post(...sent(frameOf(now, report, took)));
  } catch (error) {
    if (now === work) post({ kind: "stopped", run, error: messageOf(error) });
  }
}

function sent(frame: Frame): [Reply, Transferable[]] {
  return [
    { kind: "frame", frame },
    [frame.filters.buffer, frame.reconstructions.buffer, frame.fantasies.buffer] as ArrayBuffer[],
  ];
}

function frameOf(now: Work, report: RbmReport | undefined, took: number | undefined): Frame {
  const { rbm } = now.trainer;
  const isDue = performance.now() - now.readAt > READING;
  if (isDue) {
    now.found = now.gauge.read(rbm);
    now.readAt = performance.now();
  }
  now.fantasies.advance(1);
  return {
    run: now.run,
    epoch: report?.epoch ?? 0,
    updates: report?.updates ?? 0,
    ...(took === undefined ? {} : { took }),
    filters: filters(rbm.weights),
    reconstructions: greys(reconstructions(rbm, now.shown)),
    fantasies: greys(rbm.visibleMean(now.fantasies.hidden)),
    reconstructionError: report?.reconstructionError ?? Number.NaN,
    ...(isDue && now.found !== undefined ? { readings: now.found.readings } : {}),
    dead: now.found?.dead ?? 0,
    warnings: [...(report?.warnings ?? []), ...(now.found?.warnings ?? [])],
  };
}

function dream({ chain, steps, temperature }: Extract<Request, { kind: "dream" }>): void {
  if (work === undefined || dreamer === undefined || chain !== placed) return;
  const means = dreamer.advance(work.trainer.rbm, steps, temperature);
  post({ kind: "dream", chain, step: dreamer.step, means }, [means.buffer as ArrayBuffer]);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
