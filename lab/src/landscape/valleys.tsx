import { ButtonList } from "../ui/button-list.js";
import { Mark } from "./marks.js";
import type { Valley } from "./net.js";
import type { LandscapeSession } from "./session.js";
import { kindWords } from "./verdict.js";
import { percent, shown, signsOf, subscript } from "./words.js";

/** Attractors that are listed. */
const MOST = 10;

/** The attractors with their basins; a press puts the ball there, and pointing at one shows its basin. */
export function Valleys({ session }: { session: LandscapeSession }) {
  const { valleys, units, states } = session.analysis.value;
  const { update } = session.setting.value;
  const ordered = valleys.map((valley, k) => ({ valley, k })).sort((a, b) => b.valley.share - a.valley.share);
  const light = (k: number | undefined) => {
    session.lit.value = k;
  };
  return (
    <section class="valleys" aria-labelledby="valleys-title">
      <h2 id="valleys-title">
        {valleys.length === 1 ? "One attractor" : `${valleys.length} attractors`}{" "}
        <small>
          of {states.length.toLocaleString("en")} states,{" "}
          {update === "one" ? "one unit at a time" : "all units at once"}
        </small>
      </h2>
      <div class="heads" aria-hidden="true">
        <span>state</span>
        <span>E</span>
        <span title="Of all runs from all states, those that end here">runs</span>
        <span title="States from which every run ends here">sure</span>
      </div>
      <ButtonList class="ends">
        {ordered.slice(0, MOST).map(({ valley, k }) => (
          <li key={k}>
            <button
              type="button"
              aria-label={named(valley, units)}
              onClick={() => session.put(valley.words[0])}
              onPointerEnter={() => light(k)}
              onPointerLeave={() => light(undefined)}
              onFocus={() => light(k)}
              onBlur={() => light(undefined)}
            >
              <Mark kind={valley.kind} series={valley.series} />
              <code>
                {valley.words.length > 1 ? `cycle of ${valley.words.length}` : signsOf(valley.words[0], units)}
              </code>
              <span class="kind">{units < 5 && valley.words.length === 1 ? kindWords[valley.kind] : ""}</span>
              <span>{valley.words.length > 1 ? "" : shown(valley.energy, 2)}</span>
              <span>{percent(valley.share)}</span>
              <span>{valley.sure}</span>
            </button>
          </li>
        ))}
      </ButtonList>
      {valleys.length > MOST && <p class="note">and {valleys.length - MOST} more</p>}
    </section>
  );
}

function named({ words, kind, energy, share, sure }: Valley, units: number): string {
  const what =
    words.length > 1
      ? `${kindWords[kind]} of ${words.length} states`
      : `${kindWords[kind]} ${signsOf(words[0], units)}, energy ${shown(energy)}`;
  return `${what}, ${percent(share)} of runs, ${sure} sure states: put the ball there`;
}

/** Whether the net has an energy, and what that means. */
export function EnergyNote({ session }: { session: LandscapeSession }) {
  const { hasEnergy, isSymmetric, opposesItself, arrows } = session.analysis.value;
  const { temperature, update } = session.setting.value;
  const rising = arrows.filter(({ rises }) => rises).length;
  const isCold = temperature === 0 || update === "all";
  return (
    <section class="energy-note" aria-labelledby="energy-title">
      <h2 id="energy-title">{hasEnergy ? "An energy exists" : "No energy decides"}</h2>
      <p>
        {hasEnergy
          ? "W is symmetric and no self-coupling is negative: no update of one unit at T = 0 raises E, so that every run ends in a valley. "
          : `${isSymmetric ? "" : `W is not symmetric${example(session)}. `}${opposesItself ? "A self-coupling is negative. " : ""}E can rise, and runs may go round for ever. `}
        {isCold &&
          update === "one" &&
          `${rising} of ${arrows.length} moves lead upwards${rising > 0 ? " (dashed)" : ""}.`}
        {isCold && update === "all" && "Updates of all units at once may raise E in any net."}
        {!isCold && "At T > 0 moves lead upwards, too (dashed), the less often the higher."}
      </p>
    </section>
  );
}

/** Two weights that differ. */
function example({ setting }: LandscapeSession): string {
  const { weights, units: n } = setting.value;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      const [a, b] = [weights[i * n + j], weights[j * n + i]];
      if (a !== b)
        return `: w${subscript(i + 1)}${subscript(j + 1)} = ${shown(a)}, w${subscript(j + 1)}${subscript(i + 1)} = ${shown(b)}`;
    }
  }
  return "";
}

/** The attractors of updates of all units at once. */
export function Together({ session }: { session: LandscapeSession }) {
  const { synchronous, units, states, isSymmetric } = session.analysis.value;
  const cycles = synchronous.filter((one) => one.states.length > 1);
  const fixed = synchronous.length - cycles.length;
  return (
    <section class="together" aria-labelledby="together-title">
      <h2 id="together-title">
        All units at once{" "}
        <small>
          {fixed === 1 ? "1 fixed point" : `${fixed} fixed points`},{" "}
          {cycles.length === 1 ? "1 cycle" : `${cycles.length} cycles`}
        </small>
      </h2>
      {cycles.slice(0, 3).map(({ states: words, basin }) => (
        <p key={words[0]}>
          <Mark kind="cycle" /> length {words.length}:{" "}
          <code>
            {Array.from(words.slice(0, 6), (word) => signsOf(word, units)).join(" → ")}
            {words.length > 6 ? " …" : ""}
          </code>
          , from {basin} of {states.length} states
        </p>
      ))}
      {cycles.length > 3 && <p class="note">and {cycles.length - 3} more</p>}
      <p class="note">
        {isSymmetric ? "W is symmetric: no cycle is longer than 2." : "W is not symmetric: cycles may be long."}
      </p>
    </section>
  );
}
