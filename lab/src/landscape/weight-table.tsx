import type { TargetedKeyboardEvent } from "preact";
import { useRef } from "preact/hooks";
import { unitMeanings } from "./presets.js";
import type { LandscapeSession } from "./session.js";
import { mostWeight } from "./setting.js";
import { shown } from "./words.js";

/** What the page keys change a weight by. */
const STEP = 0.5;

/**
 * W and the thresholds, to be typed: one stop of the Tab key, in which arrow keys go from cell to cell. A column for the unit
 * that a weight comes from, a row for the unit that it leads to.
 */
export function WeightTable({ session }: { session: LandscapeSession }) {
  const table = useRef<HTMLTableElement>(null);
  const current = useRef(0);
  const { units: n, weights, thresholds, preset } = session.setting.value;
  const meanings = preset === "own" ? undefined : unitMeanings[preset];
  const largest = Math.max(1, ...weights.map(Math.abs), ...thresholds.map(Math.abs));
  const all = Array.from({ length: n }, (_, i) => i);
  const inputs = () => [...(table.current?.querySelectorAll("input") ?? [])];
  const offer = (k: number) => {
    current.current = k;
    inputs().forEach((input, at) => {
      input.tabIndex = at === k ? 0 : -1;
    });
  };
  const onKeyDown = (event: TargetedKeyboardEvent<HTMLTableElement>) => {
    const cells = inputs();
    const from = cells.indexOf(event.target as HTMLInputElement);
    const moves: Record<string, number> = {
      ArrowLeft: -1,
      ArrowRight: 1,
      ArrowUp: -(n + 1),
      ArrowDown: n + 1,
      Enter: n + 1,
    };
    const step = { PageUp: STEP, PageDown: -STEP }[event.key];
    if (from < 0 || event.ctrlKey || event.metaKey) return;
    if (step !== undefined) {
      const [i, j] = [Math.floor(from / (n + 1)), from % (n + 1)];
      const value = j === n ? thresholds[i] : weights[i * n + j];
      set(session, i, j, Math.round(1000 * (value + step)) / 1000);
    } else if (moves[event.key] === undefined) return;
    else {
      const to = cells[from + moves[event.key]];
      // The change is made where the cell loses the focus; at an edge it is made here.
      if (to === undefined) (event.target as HTMLInputElement).blur();
      (to ?? (event.target as HTMLInputElement)).focus();
    }
    event.preventDefault();
  };
  return (
    <div class="weights-box">
      <table
        class={n > 6 ? "weights many" : "weights"}
        ref={table}
        onKeyDown={onKeyDown}
        onFocusIn={({ target }) => offer(inputs().indexOf(target as HTMLInputElement))}
      >
        <caption class="unseen">Weights w into a unit, from each unit, and its threshold θ</caption>
        <thead>
          <tr>
            <th scope="col">w</th>
            {all.map((j) => (
              <th key={j} scope="col" title={meanings?.[j]}>
                {j + 1}
              </th>
            ))}
            <th scope="col" class="theta">
              θ
            </th>
          </tr>
        </thead>
        <tbody>
          {all.map((i) => (
            <tr key={i}>
              <th scope="row" title={meanings?.[i]}>
                {i + 1}
              </th>
              {[...all, n].map((j) => {
                const value = j === n ? thresholds[i] : weights[i * n + j];
                return (
                  <td key={j} class={j === n ? "theta" : j === i ? "self" : ""}>
                    <input
                      type="text"
                      inputMode="decimal"
                      autoComplete="off"
                      tabIndex={i * (n + 1) + j === current.current ? 0 : -1}
                      aria-label={
                        j === n ? `Threshold of unit ${i + 1}` : `Weight from unit ${j + 1} into unit ${i + 1}`
                      }
                      value={shown(value)}
                      style={{
                        "--tone": toneOf(value, j === n ? 0 : largest),
                        "--hue": value < 0 ? "var(--minus)" : "var(--plus)",
                      }}
                      onFocus={({ currentTarget }) => currentTarget.select()}
                      onChange={({ currentTarget }) => {
                        const typed = Number(currentTarget.value.replace("−", "-").replace(",", "."));
                        const isNumber = currentTarget.value.trim() !== "" && Math.abs(typed) <= mostWeight;
                        if (isNumber && shown(typed) !== shown(value)) set(session, i, j, typed + 0);
                        else currentTarget.value = shown(value);
                      }}
                    />
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
      {meanings !== undefined && <p class="note">{meanings.map((meaning, i) => `${i + 1}: ${meaning}`).join("; ")}</p>}
    </div>
  );
}

/** A weight from unit j into unit i, or after the last of them the threshold of unit i. */
function set(session: LandscapeSession, i: number, j: number, value: number): void {
  const inside = Math.max(-mostWeight, Math.min(mostWeight, value));
  if (j === session.setting.value.units) session.threshold(i, inside);
  else session.weigh(i, j, inside);
}

/** How much of its colour a cell has, in percent: a third for the largest weight, so that its number stays legible. */
function toneOf(value: number, largest: number): string {
  return largest === 0 ? "0%" : `${Math.round((35 * Math.abs(value)) / largest)}%`;
}
