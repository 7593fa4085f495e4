import { untracked, useSignalEffect } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { palette } from "../theme.js";
import { ButtonList } from "../ui/button-list.js";
import { Picture } from "../ui/picture.js";
import { useThrottled } from "../ui/use-throttled.js";
import { BarDrawing, type Bars } from "./bar-drawing.js";
import { type Gallery, pictureOf } from "./gallery-of.js";
import type { RecallSession } from "./session.js";
import { fixed, strongest } from "./verdict.js";

/** Beyond this number of patterns the rows are thinner, without names, below that of the closest pattern. */
const MANY = 10;

/**
 * The overlap of the state with every stored pattern, as bars from -1 to 1. A row makes its pattern the cue. Bars and values
 * are drawn on a canvas in every frame; elements, and the names that screen readers tell, change at most twice a second
 * while the state moves, and at once where it rests.
 */
export function Overlaps({ session }: { session: RecallSession }) {
  const gallery = session.gallery.value;
  const rows = session.stored.value;
  const told = useThrottled(
    () => overlapsOf(session),
    () => session.running.value,
  );
  if (gallery === undefined || rows.length === 0) return null;
  const overlaps = told.value?.length === rows.length ? told.value : undefined;
  const bar = (k: number) => <Bar session={session} gallery={gallery} row={rows[k]} m={overlaps?.[k]} />;
  const many = rows.length > MANY;
  const closest = overlaps && strongest(overlaps);
  return (
    <section class="overlaps" aria-labelledby="overlaps-title">
      <h2 id="overlaps-title">
        Overlap <small>with each stored picture; press one to start from it</small>
      </h2>
      {many && closest !== undefined && (
        <Rows class="closest" gallery={gallery} rows={rows} bars={() => barOf(session, closest)}>
          {bar(closest)}
        </Rows>
      )}
      <Rows class="all" gallery={gallery} rows={rows} bars={() => barsOf(session)}>
        <ButtonList class={many ? "many" : ""}>
          {rows.map((row, k) => (
            <li key={row}>{bar(k)}</li>
          ))}
        </ButtonList>
      </Rows>
    </section>
  );
}

/** The overlap with every stored pattern; undefined while no frame has it. */
function overlapsOf({ frame, stored }: RecallSession): Float64Array | undefined {
  const overlaps = frame.value?.overlaps;
  return overlaps?.length === stored.value.length ? overlaps : undefined;
}

function barsOf(session: RecallSession): Bars {
  const overlaps = overlapsOf(session);
  return { overlaps, best: overlaps ? strongest(overlaps) : -1, palette: palette.value };
}

/** That of the pattern that is told to be the closest, which may be another one for a moment. */
function barOf(session: RecallSession, k: number): Bars {
  return { overlaps: overlapsOf(session)?.subarray(k, k + 1), best: 0, palette: palette.value };
}

interface RowsProps {
  readonly class: string;
  readonly gallery: Gallery;
  readonly rows: readonly number[];
  /** Reads signals: what is drawn whenever they change. */
  readonly bars: () => Bars;
  readonly children: ComponentChildren;
}

/** A box of rows that scrolls, below the canvas with their bars and values. */
function Rows({ class: name, gallery, rows, bars, children }: RowsProps) {
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [drawing] = useState(() => new BarDrawing());
  const measure = () => drawing.measure(box.current as HTMLElement, canvas.current as HTMLCanvasElement);
  // Not after the paint: elements that are gone would be measured.
  useLayoutEffect(() => {
    const observer = new ResizeObserver(measure);
    const element = box.current as HTMLElement;
    observer.observe(element);
    observer.observe(element.firstElementChild as Element);
    return () => {
      observer.disconnect();
      drawing.stop();
    };
  }, [drawing]);
  useLayoutEffect(measure, [gallery, rows]);
  // Drawn anew also where the same signals are read for another row.
  useLayoutEffect(() => drawing.show(untracked(bars)));
  useSignalEffect(() => drawing.show(bars()));
  return (
    <div class={`rows ${name}`} ref={box} onScroll={() => drawing.follow()}>
      {children}
      <div class="bars" aria-hidden="true">
        <canvas ref={canvas} />
      </div>
    </div>
  );
}

interface BarProps {
  readonly session: RecallSession;
  readonly gallery: Gallery;
  readonly row: number;
  /** As it is told; undefined while no frame has it. */
  readonly m: number | undefined;
}

/** A button with room for its bar and its value. */
function Bar({ session, gallery, row, m }: BarProps) {
  const name = gallery.names[row];
  return (
    <button
      type="button"
      class="overlap"
      aria-pressed={row === session.setting.value.from}
      aria-label={m === undefined ? name : `${name}, overlap ${fixed(m)}`}
      title={`Start from ${name}`}
      onClick={() => session.change({ from: row, painted: "" })}
    >
      <Picture {...pictureOf(gallery, row)} />
      <span class="name">{name}</span>
      <span class="track" />
      <span class="value" />
    </button>
  );
}
