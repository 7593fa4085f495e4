import { grouped, minus } from "../words.js";
import type { Bins } from "./protocol.js";
import type { MappingSession } from "./session.js";

/** Units of the drawings: they are stretched to the room that they have. */
const WIDTH = 300;
const HEIGHT = 110;
/** Room for a number above a curve. */
const LABEL = 16;
/** Bins at the ends are omitted below this probability. */
const NEGLIGIBLE = 5e-4;

/** Histograms of both chains, on top of each other. */
export function Charts({ session }: { session: MappingSession }) {
  const frame = session.frame.value;
  const scales = session.shown.value?.scales;
  const exact = session.exact.value;
  const { chosen } = session.setting.value;
  return (
    <div class="charts">
      <Histogram
        title="Overlap"
        meaning={`with pattern ${chosen}, of all states so far`}
        bins={scales?.overlap}
        glauber={frame?.glauber.overlap.counts}
        gibbs={frame?.gibbs.overlap.counts}
        exact={exact?.overlaps}
      />
      <Histogram
        title="Energy"
        meaning="of all states so far"
        bins={scales?.energy}
        glauber={frame?.glauber.energy.counts}
        gibbs={frame?.gibbs.energy.counts}
        exact={exact?.energies}
      />
      <Course course={frame?.course ?? []} exact={exact?.meanOverlap} chosen={chosen} />
      <p class="note">
        Both chains draw from exp(−βE(s)) / Z. Their states are never the same, but their histograms and means become
        so, with differences that fall as one over the root of the sweeps. A cold chain stays in one valley for long:
        then both show that valley only. The field b singles out pattern {chosen}. Without it a state and its negative
        are equally likely, and all mean overlaps and pixels go to 0.
      </p>
    </div>
  );
}

interface HistogramProps {
  readonly title: string;
  readonly meaning: string;
  readonly bins: Bins | undefined;
  readonly glauber: Float64Array | undefined;
  readonly gibbs: Float64Array | undefined;
  /** Probabilities, where they are known. */
  readonly exact: Float64Array | undefined;
}

function Histogram({ title, meaning, bins, glauber, gibbs, exact }: HistogramProps) {
  const known = bins !== undefined && glauber !== undefined && gibbs !== undefined;
  const series = known ? [shares(glauber), shares(gibbs), ...(exact?.length === bins.count ? [exact] : [])] : [];
  const [first, last] = rangeOf(series, bins?.count ?? 1);
  const most = Math.max(1e-9, ...series.flatMap((values) => [...values]));
  const lines = series.map((values) => steps(values.subarray(first, last + 1), most));
  const end = (bin: number) => (bins === undefined ? "" : minus((bins.low + bin * bins.width).toFixed(1)));
  return (
    <section class="chart">
      <h2>
        {title} <small>{meaning}</small>
      </h2>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={`${title} ${meaning}`}>
        {lines.length > 0 && (
          <>
            <path class="area" d={`${lines[0]}V${HEIGHT}H0Z`} />
            <path class="line" d={lines[1]} />
            {lines[2] !== undefined && <path class="exact" d={lines[2]} />}
          </>
        )}
      </svg>
      <p class="axis">
        <span>{end(first + 0.5)}</span>
        <span>{end((first + last + 1) / 2)}</span>
        <span>{end(last + 0.5)}</span>
      </p>
    </section>
  );
}

function shares(counts: Float64Array): Float64Array {
  const total = counts.reduce((sum, count) => sum + count, 0);
  return counts.map((count) => count / (total || 1));
}

/** The bins that show anything. */
function rangeOf(series: readonly Float64Array[], count: number): [number, number] {
  const isSeen = (bin: number) => series.some((values) => values[bin] > NEGLIGIBLE);
  const seen = Array.from({ length: count }, (_, bin) => bin).filter(isSeen);
  return seen.length === 0
    ? [0, count - 1]
    : [Math.max(0, seen[0] - 1), Math.min(count - 1, seen[seen.length - 1] + 1)];
}

function steps(values: Float64Array, most: number): string {
  const across = WIDTH / values.length;
  const y = (value: number) => (HEIGHT - (value / most) * (HEIGHT - 4)).toFixed(2);
  return `M0 ${HEIGHT}${[...values].map((value, k) => `V${y(value)}H${((k + 1) * across).toFixed(2)}`).join("")}`;
}

/** The running mean overlap of both over the sweeps, on a logarithmic axis. */
function Course({ course, exact, chosen }: { course: readonly number[]; exact: number | undefined; chosen: number }) {
  const points = Array.from({ length: course.length / 3 }, (_, k) => course.slice(3 * k, 3 * k + 3));
  const longest = Math.max(10, points.at(-1)?.[0] ?? 0);
  const values = [...points.flatMap(([, a, b]) => [a, b]), ...(exact === undefined ? [] : [exact])];
  const low = Math.min(...values, 0);
  const high = Math.max(...values, 0.2);
  const x = (sweeps: number) => ((Math.log(sweeps) / Math.log(longest)) * WIDTH).toFixed(2);
  const y = (value: number) => (HEIGHT - 3 - ((value - low) / (high - low)) * (HEIGHT - 3 - LABEL)).toFixed(2);
  const line = (k: 1 | 2) => points.map((point, at) => `${at === 0 ? "M" : "L"}${x(point[0])} ${y(point[k])}`).join("");
  const last = points.at(-1);
  return (
    <section class="chart course">
      <h2>
        Running mean <small>of the overlap with pattern {chosen}</small>
      </h2>
      <div class="plane">
        <svg
          viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
          preserveAspectRatio="none"
          role="img"
          aria-label={
            last === undefined
              ? "Running mean overlap, no sweeps yet"
              : `Running mean overlap after ${last[0]} sweeps: ${last[1].toFixed(3)} and ${last[2].toFixed(3)}`
          }
        >
          <path class="zero" d={`M0 ${y(0)}H${WIDTH}`} />
          {exact !== undefined && <path class="exact" d={`M0 ${y(exact)}H${WIDTH}`} />}
          <path class="ours" d={line(1)} />
          <path class="line" d={line(2)} />
        </svg>
        <span class="top">{minus(high.toFixed(2))}</span>
        <span class="bottom">{minus(low.toFixed(2))}</span>
      </div>
      <p class="axis">
        <span>1 sweep</span>
        <span>{grouped(longest)} sweeps</span>
      </p>
    </section>
  );
}
