import { Choice } from "../ui/controls.js";
import type { Entry, Result, StoredResult } from "./catalogue.js";
import { Claims } from "./claims.js";
import { RunPanel } from "./run-panel.js";
import type { GallerySession } from "./session.js";
import { duration, inOneLine } from "./words.js";

/** All there is to read of an experiment. */
export function Detail({ session, entry }: { session: GallerySession; entry: Entry }) {
  const { result, chosen, ownRun } = session;
  const isRun = result.value !== undefined && result.value === ownRun.value?.result;
  return (
    <>
      <section class="claims" aria-labelledby="claims-title">
        <h2 id="claims-title">Published and ours</h2>
        <Which session={session} entry={entry} isRun={isRun} />
        {result.value !== undefined && <Claims rows={result.value.rows} />}
        {result.value === undefined && (
          <p class="note">{chosen.value === undefined ? "No result is committed." : "Loading the result."}</p>
        )}
      </section>
      {result.value !== undefined && result.value.notes.length > 0 && (
        <section class="notes" aria-labelledby="notes-title">
          <h2 id="notes-title">Notes</h2>
          {result.value.notes.map((note) => (
            <p key={note}>{note}</p>
          ))}
        </section>
      )}
      <RunPanel session={session} entry={entry} />
      <About session={session} entry={entry} />
    </>
  );
}

/** Which result is shown, where there are several. */
function Which({ session, entry, isRun }: { session: GallerySession; entry: Entry; isRun: boolean }) {
  const here = session.ownRun.value?.result;
  const committed = entry.results.map(({ name, setting }) => ({
    value: name,
    label: setting,
    title: `Committed: ${name}`,
  }));
  const options = [...committed, ...(here === undefined ? [] : [{ value: "run here", label: "run here" }])];
  if (options.length < 2) return null;
  return (
    <Choice
      legend="Result"
      value={isRun ? "run here" : (session.chosen.value?.name ?? "")}
      options={options}
      onChange={(value) => {
        session.showsRun.value = value === "run here";
        if (value !== "run here") session.change({ result: value === entry.results[0]?.name ? "" : value });
      }}
    />
  );
}

/** The source, how the result was computed, and the command that computes it again. */
function About({ session, entry }: { session: GallerySession; entry: Entry }) {
  const result = session.result.value;
  return (
    <section class="about" aria-labelledby="about-title">
      <h2 id="about-title">Source and command</h2>
      <p>
        {entry.citation}: {entry.where}.
      </p>
      <div class="command">
        <code>{session.command}</code>
        <button type="button" onClick={() => void session.copy()}>
          Copy
        </button>
      </div>
      <p class="note" role="status">
        {session.copied.value}
      </p>
      {result !== undefined && <How result={result} />}
    </section>
  );
}

function How({ result }: { result: Result & Partial<StoredResult> }) {
  const { setting, seed, parameters, run, machine } = result;
  const threads = `${run.workers} ${run.workers === 1 ? "thread" : "threads"}`;
  const place = machine === undefined ? "this browser" : `${machine.cpu}, ${machine.cores} cores, Node ${machine.node}`;
  const facts = [
    ["Setting", `${setting}: ${inOneLine(parameters)}`],
    ["Seed", String(seed)],
    ["Time", `${duration(run.seconds)} on ${threads}`],
    ["Machine", place],
  ] as const;
  return (
    <dl class="facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
