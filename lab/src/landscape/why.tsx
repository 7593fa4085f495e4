import { unitMeanings } from "./presets.js";
import type { LandscapeSession } from "./session.js";
import { shown, subscript } from "./words.js";

const sign = (spin: number) => (spin > 0 ? "+" : "−");
/** Sums of more terms are not written out. */
const MOST_TERMS = 5;

/** The fields of the present state: why each unit keeps its sign or changes it, and what comes next. */
export function Why({ session }: { session: LandscapeSession }) {
  const { word, next } = session.standing.value;
  const { states } = session.analysis.value;
  const { thresholds, preset, temperature } = session.setting.value;
  const { state, fields, energy } = states[word];
  const meanings = preset === "own" ? undefined : unitMeanings[preset];
  const isHot = next !== undefined && temperature > 0;
  const hasThresholds = thresholds.some((theta) => theta !== 0);
  return (
    <section class="why" aria-labelledby="why-title">
      <h2 id="why-title">
        Why <small>E = {shown(energy)}; press a sign to flip it</small>
      </h2>
      <table>
        <thead>
          <tr>
            <th scope="col">unit</th>
            <th scope="col">s</th>
            {hasThresholds && <th scope="col">Σ w s − θ</th>}
            <th scope="col">h</th>
            <th scope="col">{isHot ? "to +" : "becomes"}</th>
          </tr>
        </thead>
        <tbody>
          {Array.from(state, (spin, i) => (
            <tr key={i} class={next?.unit === i ? "next" : ""}>
              <th scope="row">
                {i + 1}
                {meanings !== undefined && <span class="note"> {meanings[i]}</span>}
              </th>
              <td>
                <button
                  type="button"
                  aria-label={`Flip unit ${i + 1}, now ${spin > 0 ? "+" : "minus"}`}
                  onClick={() => session.put(word ^ (1 << i))}
                >
                  {sign(spin)}
                </button>
              </td>
              {hasThresholds && (
                <td>
                  {shown(fields[i] + thresholds[i])} −{" "}
                  {thresholds[i] < 0 ? `(${shown(thresholds[i])})` : shown(thresholds[i])}
                </td>
              )}
              <td>{shown(fields[i])}</td>
              <td>{isHot ? shown(chance(fields[i], temperature), 2) : follows(spin, fields[i], next === undefined)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p class="note next-move">{nextInWords(session)}</p>
    </section>
  );
}

/** The probability of +1 by Glauber's rule. */
function chance(field: number, temperature: number): number {
  return 1 / (1 + Math.exp((-2 * field) / temperature));
}

/** What a unit becomes that follows its field. */
function follows(spin: number, field: number, isTogether: boolean): string {
  const isZero = Math.abs(field) < 1e-9;
  const to = isZero ? (isTogether ? 1 : spin) : Math.sign(field);
  return to === spin ? `stays ${sign(spin)}` : `→ ${sign(to)}`;
}

/** The next update, and the number that decides it. */
function nextInWords({ standing, analysis, setting }: LandscapeSession): string {
  const { next, word } = standing.value;
  const { states, units } = analysis.value;
  const { weights, thresholds, temperature } = setting.value;
  if (next === undefined) return "Next: all units at once, each by its own field.";
  const { unit, noise } = next;
  const { state, fields } = states[word];
  const i = unit + 1;
  const terms = Array.from(state, (spin, j) => ({ w: weights[unit * units + j], spin })).filter(({ w }) => w !== 0);
  const product = ({ w, spin }: (typeof terms)[number]) => `${w < 0 ? `(${shown(w)})` : shown(w)}·(${sign(spin)}1)`;
  const theta =
    thresholds[unit] === 0
      ? ""
      : ` − ${thresholds[unit] < 0 ? `(${shown(thresholds[unit])})` : shown(thresholds[unit])}`;
  const isShort = terms.length > 0 && terms.length <= MOST_TERMS;
  const sum = isShort ? ` = ${terms.map(product).join(" + ")}${theta}` : "";
  const field = `Next: unit ${i}. h${subscript(i)}${sum} = ${shown(fields[unit])}`;
  if (temperature > 0) {
    const goal = fields[unit] > noise ? 1 : -1;
    return `${field}, noise ${shown(noise, 2)}: h ${goal > 0 ? ">" : "<"} noise, so that it ${follows(state[unit], goal, false).replace("→", "becomes")}.`;
  }
  const compared = Math.abs(fields[unit]) < 1e-9 ? "it" : fields[unit] > 0 ? "> 0: it" : "< 0: it";
  const joint = compared === "it" ? ": it" : ` ${compared}`;
  return `${field}${joint} ${follows(state[unit], fields[unit], false).replace("→", "becomes")}.`;
}
