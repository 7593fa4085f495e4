import { toMatrix } from "engram/interactions";
import { Mark } from "./marks.js";
import { type Analysis, cancelling, learned } from "./net.js";
import { hebbWeights } from "./presets.js";
import type { LandscapeSession } from "./session.js";
import { mostStored } from "./setting.js";
import { setOf, shown, signsOf } from "./words.js";

/** The states that shall be stable, and two rules that make weights for them. */
export function StoredPanel({ session }: { session: LandscapeSession }) {
  const { stored, units } = session.setting.value;
  const { word } = session.standing.value;
  const analysis = session.analysis.value;
  const isWanted = stored.includes(word);
  const byHebb = () => session.learn(hebbWeights(setOf(stored, units)), new Array<number>(units).fill(0));
  const byPerceptron = () => {
    const net = learned(stored, units);
    if (net !== undefined) session.learn(Array.from(toMatrix(net.interaction)), Array.from(net.thresholds));
  };
  return (
    <section class="wanted" aria-labelledby="wanted-title">
      <h2 id="wanted-title">
        Wanted states <small>what the net should hold, if anything</small>
      </h2>
      <ul>
        {stored.map((state) => (
          <li key={state}>
            <Mark kind={analysis.lost.includes(state) ? "lost" : "stored"} />
            <code>{signsOf(state, units)}</code>
            <span class="note">{stability(analysis, state)}</span>
            <button
              type="button"
              class="quiet"
              aria-label={`Want ${signsOf(state, units)} no longer`}
              title="Want it no longer"
              onClick={() => session.store(stored.filter((other) => other !== state))}
            >
              ×
            </button>
          </li>
        ))}
      </ul>
      <button
        type="button"
        title="Add the state where the ball is"
        disabled={isWanted || stored.length === mostStored}
        onClick={() => session.store([...stored, word])}
      >
        Want {signsOf(word, units)}
      </button>
      <h3>Learn them by</h3>
      <div class="halves">
        <button
          type="button"
          disabled={stored.length === 0}
          title="w_ij = the sum of s_i s_j over the wanted states"
          onClick={byHebb}
        >
          Hebb
        </button>
        <button
          type="button"
          disabled={stored.length === 0 || analysis.storable === "never" || analysis.storable === "unfound"}
          title="Perceptron learning of every unit's condition s_i h_i > 0"
          onClick={byPerceptron}
        >
          Perceptron
        </button>
      </div>
      <Verdict analysis={analysis} />
    </section>
  );
}

/** The least s_i h_i of a state. */
function stability({ states, units }: Analysis, word: number): string {
  const { fields, state } = states[word];
  let [least, unit] = [Number.POSITIVE_INFINITY, 0];
  for (let i = 0; i < units; i++) if (state[i] * fields[i] < least) [least, unit] = [state[i] * fields[i], i];
  return `s h ≥ ${shown(least)}, unit ${unit + 1}`;
}

/** What can be said of weights for the wanted states. */
function Verdict({ analysis }: { analysis: Analysis }) {
  const { storable, stored, states, units } = analysis;
  if (storable === "unfound") return <p class="warning">Perceptron learning finds no weights that hold all of them.</p>;
  if (storable === "learnable") return <p class="note">Not all are stable, but perceptron learning finds weights.</p>;
  const unit = cancelling(stored, units);
  if (unit === undefined) return null;
  const terms = stored.map((word) => states[word].state[unit] * states[word].fields[unit]);
  return (
    <p class="warning">
      Each needs s h &gt; 0 at unit {unit + 1}, but the sum over the {stored.length} states is 0 for any weights: now{" "}
      {terms.map((term, k) => (k > 0 && term >= 0 ? ` + ${shown(term)}` : ` ${shown(term)}`)).join("")} = 0.
    </p>
  );
}
