import { Headline } from "../ui/headline.js";
import { sentence, stopped } from "../words.js";
import { Board } from "./board.js";
import { CuePanel } from "./cue-panel.js";
import { Energy } from "./energy.js";
import { useDrop } from "./images-panel.js";
import { MemoryPanel } from "./memory-panel.js";
import { Overlaps } from "./overlaps.js";
import type { Session } from "./session.js";
import { Transport } from "./transport.js";
import type { Verdict } from "./verdict.js";

/** The Recall page: a memory, a cue, the moving state, and its readings. */
export function RecallPage({ session }: { session: Session }) {
  useDrop(session);
  const width = Math.round(Math.sqrt(session.cue.value.length));
  return (
    <main class="recall">
      <section class="stage" aria-label="State">
        <State session={session} />
        <Board session={session} width={width} />
        <Counts session={session} />
        <Transport session={session} />
      </section>
      <div class="readings">
        <Overlaps session={session} />
        <Energy session={session} />
      </div>
      <CuePanel session={session} />
      <MemoryPanel session={session} />
    </main>
  );
}

function State({ session }: { session: Session }) {
  return <Headline {...(session.isLearning ? learning(session) : (session.verdict.value ?? withoutRun(session)))} />;
}

function learning({ stored, setting, cue }: Session): Verdict {
  const { length } = stored.value;
  const what = `${length} ${length === 1 ? "picture" : "pictures"} of ${cue.value.length} units`;
  return { headline: "Learning …", detail: `${what}, by the rule ${setting.value.rule.name}.`, tone: "underway" };
}

function withoutRun({ report, refusal, stored, setting, failure }: Session): Verdict {
  if (failure.value !== undefined) return stopped;
  if (report.value.error !== undefined) {
    return { headline: "This cannot be stored", detail: sentence(report.value.error.message), tone: "astray" };
  }
  if (refusal.value !== undefined) {
    return { headline: "This cannot run", detail: sentence(refusal.value.message), tone: "astray" };
  }
  if (stored.value.length === 0) {
    const detail = {
      glyphs: "Press pictures in the memory to store them.",
      digits: "Press digits in the memory to store them.",
      images: "Choose images, or drop some on the page.",
    }[setting.value.source];
    return { headline: "Nothing is stored", detail, tone: "underway" };
  }
  return { headline: "…", detail: "", tone: "underway" };
}

function Counts({ session }: { session: Session }) {
  const { visits = 0, flips = 0 } = session.frame.value ?? {};
  const units = session.cue.value.length;
  const entries: [string, string][] = [
    ["sweeps", (visits / units).toFixed(2)],
    ["visits", visits.toLocaleString("en")],
    ["flips", flips.toLocaleString("en")],
  ];
  return (
    <dl class="counts">
      {entries.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
