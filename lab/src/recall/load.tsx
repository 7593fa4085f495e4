import { type Warning, warningMessage } from "engram";
import { allRules } from "engram/learning";
import type { HopfieldInspection } from "engram/memories";
import { chosenValues, named } from "../options.js";
import { inWords, sentence } from "../words.js";
import type { RecallSession } from "./session.js";

/** The load of the memory, whether its patterns are fixed points, and the remedy if they are not. */
export function Load({ session }: { session: RecallSession }) {
  const { inspection, error } = session.report.value;
  if (session.isLearning) return <div class="learning" role="progressbar" aria-label="Learning" />;
  if (error !== undefined) {
    return error.option === undefined ? (
      <p class="warning" role="alert">
        {sentence(error.message)}
      </p>
    ) : null;
  }
  if (session.stored.value.length === 0) return <p class="note">Nothing is stored.</p>;
  if (inspection === undefined) return null;
  const { stored, units, load, capacity, fixedPoints, warnings } = inspection;
  return (
    <div class="load">
      <Meter {...inspection} />
      <p class="note">
        <span>
          Load <b>{load.toFixed(3)}</b> = {stored}/{units}
        </span>
        {capacity !== undefined && (
          <span>
            the rule’s limit <b>{short(capacity)}</b>
          </span>
        )}
      </p>
      <p class="note">
        <span>
          Fixed points: <b>{fixedPoints === stored ? `all ${stored}` : `${fixedPoints} of the ${stored}`}</b>
        </span>
      </p>
      {warnings.map((warning) => (
        <WarningLine key={warning.code} warning={warning} session={session} />
      ))}
    </div>
  );
}

function Meter({ load, capacity }: HopfieldInspection) {
  const scale = Math.max((capacity ?? 0) * 1.15, load * 1.05);
  const share = (part: number) => `${Math.min(100, (100 * part) / scale)}%`;
  const limit = capacity === undefined ? "" : `; the rule holds random pictures up to ${short(capacity)}`;
  return (
    <div
      class={load > (capacity ?? load) ? "meter over" : "meter"}
      role="img"
      aria-label={`Load ${load.toFixed(3)}${limit}`}
    >
      <span class="level" style={{ width: share(load) }} />
      {capacity !== undefined && <span class="limit" style={{ left: share(capacity) }} />}
    </div>
  );
}

/** A warning in the library's words, with a button for the rule that it recommends. */
function WarningLine({ warning, session }: { warning: Warning; session: RecallSession }) {
  const remedy = "remedy" in warning ? allRules.find(({ name }) => name === warning.remedy) : undefined;
  const use = (name: string) => {
    const { rule } = session.setting.value;
    const specs = allRules.find((maker) => maker.name === rule.name)?.options ?? {};
    session.change({ rule: named(allRules, name, chosenValues(specs, rule.options)) });
  };
  return (
    <p class="warning" role="alert">
      {sentence(warningMessage(warning))}{" "}
      {remedy !== undefined && (
        <button type="button" class="link" title={remedy.summary} onClick={() => use(remedy.name)}>
          Try {inWords(remedy.name)}
        </button>
      )}
    </p>
  );
}

function short(value: number): number {
  return Number(value.toPrecision(3));
}
