import { Plane } from "./plane.js";
import type { CapacitySession } from "./session.js";
import { mostLoad } from "./setting.js";

/** Overlap with a stored pattern against load: theory as a line, what was measured as dots with their errors. */
export function OverlapChart({ session }: { session: CapacitySession }) {
  const { rule, units, load } = session.setting.value;
  const counts = session.counts.value;
  const points = session.points.value;
  const most = mostLoad(rule);
  const line = session.line.value;
  const measured = points.filter(({ draws }) => draws > 0).length;
  return (
    <Plane
      class="overlap-chart"
      label={`Overlap against load: ${measured} of ${counts.length} loads measured`}
      x={{ low: 0, high: most, name: "load p / n" }}
      y={{ low: 0, high: 1, name: "overlap" }}
      onPick={(x) => session.change({ load: Math.round(1000 * Math.max(0, Math.min(most, x))) / 1000 })}
    >
      {({ at, path }) => {
        const [here] = at(load, 0);
        const end = line?.at(-1);
        return (
          <>
            <line class="here" x1={here} x2={here} y1={at(0, 0)[1]} y2={at(0, 1)[1]} />
            {line !== undefined && line.length > 1 && <path class="theory" d={path(line)} />}
            {end !== undefined && end[0] < most * 0.999 && (
              <path class="theory fall" d={path([end, [end[0], 0], [most, 0]])} />
            )}
            {points.map(({ draws, mean, error }, k) => {
              if (draws === 0) return null;
              const [x, y] = at(counts[k] / units, mean);
              const reach = draws > 1 ? Math.abs(at(0, error)[1] - at(0, 0)[1]) : 0;
              return (
                <g key={counts[k]} class={k === session.place.value ? "measured looked" : "measured"}>
                  <line x1={x} x2={x} y1={y - 2 * reach} y2={y + 2 * reach} />
                  <circle cx={x} cy={y} r={k === session.place.value ? 5 : 3.5} />
                </g>
              );
            })}
          </>
        );
      }}
    </Plane>
  );
}
