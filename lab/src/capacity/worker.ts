import { answerWith } from "../worker-side.js";
import { Meter } from "./meter.js";
import type { Reply, Request } from "./protocol.js";
import { overlapLine, type Place, phaseLine } from "./theory.js";

/** Longest burst in milliseconds, so that a pause takes effect at once. */
const BURST_MILLISECONDS = 60;

let meter: Meter | undefined;
let run = 0;
/** The lines that are not complete, the one that is wanted first; each is worked on for a moment between requests. */
let lines: { readonly points: Generator<Place>; readonly found: Place[]; readonly end: (line: Place[]) => void }[] = [];
const phases = { points: phaseLine(), found: [], end: (line: Place[]) => post({ kind: "phases", line }) };
let arePhasesDrawn = false;

answerWith((request: Request) => {
  if (request.kind === "begin") {
    run = request.run;
    meter = new Meter(request.recipe);
    post({ kind: "points", run, points: meter.read() });
    const own = run;
    const { rule, temperature } = request.recipe;
    const isIdle = lines.length === 0;
    const line = { points: overlapLine(rule, temperature), found: [], end: (all: Place[]) => drawn(own, all) };
    lines = arePhasesDrawn ? [line] : [line, phases];
    if (isIdle) setTimeout(draw);
  } else if (request.run === run && meter !== undefined) measure(meter, request);
});

function drawn(own: number, line: Place[]): void {
  if (own === run) post({ kind: "line", run, line });
}

/** Goes on with the first line for a moment. */
function draw(): void {
  const [line] = lines;
  if (line === undefined) return;
  const deadline = performance.now() + BURST_MILLISECONDS;
  do {
    const { done, value } = line.points.next();
    if (done) {
      if (line === phases) arePhasesDrawn = true;
      lines.shift();
      line.end(line.found);
      break;
    }
    line.found.push(value);
  } while (performance.now() < deadline);
  setTimeout(draw);
}

function measure(own: Meter, { at, draws }: Extract<Request, { kind: "measure" }>): void {
  try {
    if (draws !== undefined) for (let k = 0; k < draws; k++) own.draw(at);
    else {
      const deadline = performance.now() + BURST_MILLISECONDS;
      do own.step(at);
      while (performance.now() < deadline);
    }
  } catch (error) {
    post({ kind: "refused", run, error: error instanceof Error ? error.message : String(error) });
    return;
  }
  post({ kind: "points", run, points: own.read() });
}

function post(reply: Reply): void {
  self.postMessage(reply);
}
