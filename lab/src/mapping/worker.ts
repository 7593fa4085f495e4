import { type Certificate, certify } from "engram/mapping";
import { answerWith } from "../worker-side.js";
import { exactOf, type Machines, machinesOf, portraitOf } from "./machines.js";
import type { Exact, Recipe, Reply, Request } from "./protocol.js";
import { Race } from "./race.js";

/** Longest burst in milliseconds, so that a pause takes effect at once. It changes no result. */
const BURST_MILLISECONDS = 40;
/** A certificate takes longer than a stroke: it starts once nothing has changed for this time. */
const QUIET_MILLISECONDS = 200;

let machines: Machines | undefined;
let race: Race | undefined;
let run = 0;
/** What the machines were made of. */
let made = "";
let attested:
  | { readonly key: string; readonly certificate: Certificate; readonly exact: Exact | undefined }
  | undefined;
let timer: ReturnType<typeof setTimeout> | undefined;

answerWith((request: Request) => {
  if (request.kind === "begin") begin(request.run, request.recipe);
  else if (request.run === run && race !== undefined) {
    const deadline = performance.now() + BURST_MILLISECONDS;
    race.advance(request.sweeps, () => performance.now() > deadline);
    post({ kind: "frame", frame: race.read(run) });
  }
});

function post(reply: Reply): void {
  self.postMessage(reply);
}

function begin(next: number, recipe: Recipe): void {
  run = next;
  race?.dispose();
  race = undefined;
  clearTimeout(timer);
  const { patterns, chosen, factor, field, beta } = recipe;
  const wanted = JSON.stringify([patterns.map((units) => units.join("")), chosen, factor, field]);
  try {
    if (machines === undefined || wanted !== made) {
      machines?.memory.dispose();
      machines = undefined;
      machines = machinesOf(recipe);
      made = wanted;
    }
    race = new Race(machines, recipe);
    post({ kind: "begun", run, portrait: portraitOf(machines), scales: machines.scales, frame: race.read(run) });
  } catch (error) {
    post({ kind: "refused", run, error: error instanceof Error ? error.message : String(error) });
    return;
  }
  const key = `${wanted} ${beta}`;
  if (key === attested?.key) post({ kind: "certificate", run, ...attested });
  else timer = setTimeout(() => attest(key, beta), QUIET_MILLISECONDS);
}

function attest(key: string, beta: number): void {
  if (machines === undefined) return;
  const certificate = certify(machines.memory, machines.rbm, { beta });
  attested = { key, certificate, exact: exactOf(machines, beta) };
  post({ kind: "certificate", run, ...attested });
}
