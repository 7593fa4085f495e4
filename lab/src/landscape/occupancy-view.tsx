import { useThrottled } from "../ui/use-throttled.js";
import { occupancy } from "./occupancy.js";
import type { LandscapeSession } from "./session.js";
import { percent, shown, signsOf } from "./words.js";

/** At a temperature: how often the ball was where, beside the Boltzmann distribution. */
export function Occupancy({ session }: { session: LandscapeSession }) {
  const shares = useThrottled(
    () =>
      occupancy(
        session.analysis.value,
        session.counts.value,
        session.standing.value.visits,
        session.setting.value.temperature,
      ),
    () => session.running.value,
  );
  const { units, hasEnergy } = session.analysis.value;
  if (!hasEnergy) return null;
  return (
    <section class="occupancy" aria-labelledby="occupancy-title">
      <h2 id="occupancy-title">
        Time spent <small>beside exp(−E/T) / Z</small>
      </h2>
      <table>
        <thead>
          <tr>
            <th scope="col">state</th>
            <th scope="col">E</th>
            <th scope="col">spent</th>
            <th scope="col">expected</th>
          </tr>
        </thead>
        <tbody>
          {shares.value.map(({ word, energy, spent, expected }) => (
            <tr key={word}>
              <th scope="row">
                <code>{signsOf(word, units)}</code>
              </th>
              <td>{shown(energy, 2)}</td>
              <td>{spent === undefined ? "–" : percent(spent)}</td>
              <td>{percent(expected)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
