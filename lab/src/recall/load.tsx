import type { Session } from "./session.js";

/** How full the memory is, whether it holds what it stores, and what to do where it does not. */
export function Load({ session }: { session: Session }) {
  const { inspection, error } = session.report.value;
  if (error !== undefined) {
    return (
      <p class="warning" role="alert">
        {error}
      </p>
    );
  }
  if (inspection === undefined) return <p class="note">Nothing is stored.</p>;
  const { patterns, units, load, capacity, rule, fixedPoints, warning } = inspection;
  const limit = Number(capacity.toPrecision(3));
  const scale = Math.max(capacity * 1.15, load * 1.05);
  const share = (part: number) => `${Math.min(100, (100 * part) / scale)}%`;
  const correlated = rule === "hebb" && fixedPoints < patterns && load <= capacity;
  return (
    <div class="load">
      <div
        class={load > capacity ? "meter over" : "meter"}
        role="img"
        aria-label={`Load ${load.toFixed(3)}; the rule holds random pictures up to ${limit}`}
      >
        <span class="level" style={{ width: share(load) }} />
        <span class="limit" style={{ left: share(capacity) }} />
      </div>
      <p class="note">
        <span>
          Load <b>{load.toFixed(3)}</b> = {patterns}/{units}
        </span>
        <span>
          the rule’s limit <b>{limit}</b>
        </span>
      </p>
      <p class="note">
        <span>
          Fixed points: <b>{fixedPoints === patterns ? `all ${patterns}` : `${fixedPoints} of the ${patterns}`}</b>
        </span>
      </p>
      {correlated ? (
        <p class="warning" role="alert">
          Hebb on correlated patterns fails:{" "}
          <button type="button" class="link" onClick={() => session.change({ rule: "projection" })}>
            try projection
          </button>
        </p>
      ) : (
        warning !== undefined && (
          <p class="warning" role="alert">
            {warning[0].toUpperCase() + warning.slice(1)}.
          </p>
        )
      )}
    </div>
  );
}
