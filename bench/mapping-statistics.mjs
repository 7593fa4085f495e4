/** What chains that sample a net are like: energies and overlaps after each sweep, and the numbers that follow from them. */
import { autocorrelationTime, meanOfChains } from "./autocorrelation.mjs";

/** The energies of every chain, its largest overlaps, then in the last number the part of the chains at their pattern. */
export function watch({ memory, patterns }, sampler, { watched, burnIn, steps }) {
  const { units, count } = patterns;
  const series = new Float64Array(2 * watched * steps + 1);
  const overlaps = new Int32Array(watched * count);
  let stayed = 0;
  sampler.advance(burnIn);
  for (let step = 0; step < steps; step++) {
    sampler.advance(1);
    const bits = sampler.bits();
    const energies = memory.interaction.energies(bits);
    memory.interaction.kept.overlaps(bits, overlaps);
    stayed = 0;
    for (let r = 0; r < watched; r++) {
      const sizes = overlaps.subarray(r * count, (r + 1) * count).map(Math.abs);
      const largest = sizes.reduce((a, b) => Math.max(a, b));
      series[r * steps + step] = energies[r];
      series[(watched + r) * steps + step] = largest / units;
      if (sizes[r % count] === largest) stayed++;
    }
  }
  sampler.dispose();
  series[2 * watched * steps] = stayed / watched;
  return series;
}

/** Autocorrelation times, energies, and how many chains are where they started, from what `watch` returns. */
export function statisticsOf(series, { watched, steps }) {
  const chainsOf = (from) => chains(series.subarray(from * watched * steps), watched, steps);
  const [energy, overlap] = [chainsOf(0), chainsOf(1)];
  return {
    tau: { energy: autocorrelationTime(energy), overlap: autocorrelationTime(overlap) },
    energy: meanOfChains(energy),
    overlap: meanOfChains(overlap),
    stayed: series[2 * watched * steps],
  };
}

/** The values of each chain, which stand one chain after the other. */
export const chains = (values, count, steps) =>
  Array.from({ length: count }, (_, r) => values.subarray(r * steps, (r + 1) * steps));
