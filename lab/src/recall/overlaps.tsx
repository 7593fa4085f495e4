import { ButtonList } from "../ui/button-list.js";
import { Picture } from "../ui/picture.js";
import { type Gallery, pictureOf } from "./gallery-of.js";
import type { Session } from "./session.js";
import { fixed } from "./verdict.js";

/** Beyond this number of patterns the rows are thinner, without names, below that of the closest pattern. */
const MANY = 10;

/** The overlap of the state with every stored pattern, as bars from -1 to 1. A row makes its pattern the cue. */
export function Overlaps({ session }: { session: Session }) {
  const gallery = session.gallery.value;
  const rows = session.stored.value;
  const overlaps = session.frame.value?.overlaps;
  const { from } = session.setting.value;
  if (gallery === undefined || rows.length === 0) return null;
  const valid = overlaps?.length === rows.length ? overlaps : undefined;
  const best = valid ? valid.indexOf(Math.max(...valid)) : -1;
  const bar = (k: number) => (
    <Bar
      gallery={gallery}
      row={rows[k]}
      m={valid?.[k]}
      isBest={k === best}
      isCue={rows[k] === from}
      session={session}
    />
  );
  const many = rows.length > MANY;
  return (
    <section class="overlaps" aria-labelledby="overlaps-title">
      <h2 id="overlaps-title">
        Overlap <small>with each stored picture; press one to start from it</small>
      </h2>
      {many && best >= 0 && <div class="closest">{bar(best)}</div>}
      <ButtonList class={many ? "many" : ""}>
        {rows.map((row, k) => (
          <li key={row}>{bar(k)}</li>
        ))}
      </ButtonList>
    </section>
  );
}

interface BarProps {
  readonly session: Session;
  readonly gallery: Gallery;
  readonly row: number;
  /** Undefined while no frame has it. */
  readonly m: number | undefined;
  readonly isBest: boolean;
  readonly isCue: boolean;
}

function Bar({ session, gallery, row, m, isBest, isCue }: BarProps) {
  const name = gallery.names[row];
  return (
    <button
      type="button"
      class={isBest ? "overlap best" : "overlap"}
      aria-pressed={isCue}
      title={`Start from ${name}`}
      onClick={() => session.change({ from: row, painted: "" })}
    >
      <Picture {...pictureOf(gallery, row)} />
      <span class="name">{name}</span>
      <span class="track" aria-hidden="true">
        {m !== undefined && (
          <span class="bar" style={{ left: `${50 + 50 * Math.min(0, m)}%`, width: `${50 * Math.abs(m)}%` }} />
        )}
      </span>
      <span class="value">{m === undefined ? "–" : fixed(m)}</span>
    </button>
  );
}
