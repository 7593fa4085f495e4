import { hebbError } from "engram/analysis";
import { spinGlassTemperature } from "engram/theory";
import { scientific } from "../words.js";
import { Plane } from "./plane.js";
import type { CapacitySession } from "./session.js";
import { mostLoad, mostTemperature } from "./setting.js";
import { heightAt, type Place } from "./theory.js";

/** What stored patterns do to each other at the load that one looks at, by Hebb's rule. */
export function Crosstalk({ session }: { session: CapacitySession }) {
  const { units, rule } = session.setting.value;
  if (rule !== "hebb") return null;
  const patterns = session.counts.value[session.place.value];
  const error = hebbError({ units, patterns });
  const width = Math.sqrt(patterns / units);
  const density = (x: number) => Math.exp(-0.5 * ((x - 1) / width) ** 2) / width;
  const line = Array.from({ length: 81 }, (_, k): Place => [-1 + k / 20, density(-1 + k / 20)]);
  const tail = line.filter(([x]) => x <= 0);
  const high = 1.1 * density(1);
  return (
    <section class="crosstalk" aria-labelledby="crosstalk-title">
      <h2 id="crosstalk-title">
        Crosstalk <small>the field of a unit, times its stored value: below 0 the unit flips</small>
      </h2>
      <Plane
        class="small"
        label={`Fields of stored units: around 1, with a standard deviation of ${width.toFixed(2)}`}
        x={{ low: -1, high: 3, name: "field times stored value" }}
        y={{ low: 0, high, name: "density" }}
        width={300}
        height={190}
      >
        {({ path }) => (
          <>
            <path class="tail" d={`${path([[-1, 0], ...tail, [0, 0]])}Z`} />
            <path class="theory" d={path(line)} />
          </>
        )}
      </Plane>
      <p class="note">
        The other {patterns - 1} patterns add noise of standard deviation <b>{width.toFixed(2)}</b>. A unit of a stored
        pattern is wrong after one step with probability <b>{inWords(error)}</b>.
      </p>
    </section>
  );
}

const phases = {
  remembers: "Stored patterns are states that the net stays near.",
  forgets: "No stored pattern is a state that the net stays near: it freezes in states of its own.",
  hot: "Too hot for any order.",
};

/** Load against temperature, with the line up to which Hebb's rule retrieves. */
export function PhaseDiagram({ session }: { session: CapacitySession }) {
  const { load, temperature, rule } = session.setting.value;
  if (rule !== "hebb") return null;
  const most = mostLoad("hebb");
  const line = session.phases.value ?? [];
  // Loads by temperature.
  const limit = heightAt(
    line.map(([at, heat]) => [heat, at]),
    temperature,
  );
  const isHot = temperature >= spinGlassTemperature(load);
  const phase = isHot ? "hot" : load <= (limit ?? 0) ? "remembers" : "forgets";
  const glass = Array.from({ length: 26 }, (_, k): Place => [(most * k) / 25, spinGlassTemperature((most * k) / 25)]);
  return (
    <section class="phases" aria-labelledby="phases-title">
      <h2 id="phases-title">
        Phases <small>by theory; press to go to a load and a temperature</small>
      </h2>
      <Plane
        class="small"
        label={`Temperature against load; the point is at load ${load} and temperature ${temperature}`}
        x={{ low: 0, high: most, name: "load" }}
        y={{ low: 0, high: 1.6, name: "temperature" }}
        width={300}
        height={210}
        onPick={(x, y) =>
          session.change({
            load: Math.round(1000 * Math.max(0, Math.min(most, x))) / 1000,
            temperature: Math.round(100 * Math.max(0, Math.min(mostTemperature, y))) / 100,
          })
        }
      >
        {({ at, path }) => (
          <>
            {line.length > 0 && <path class="memory" d={`${path([[0, 0], ...line])}Z`} />}
            <path class="glass" d={path(glass)} />
            <circle class="ball" cx={at(load, temperature)[0]} cy={at(load, temperature)[1]} r={5} />
          </>
        )}
      </Plane>
      <p class="note">{line.length > 0 && phases[phase]}</p>
    </section>
  );
}

function inWords(probability: number): string {
  return probability >= 0.001 ? probability.toFixed(3) : scientific(probability);
}
