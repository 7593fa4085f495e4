import { Tiles } from "../ui/tiles.js";
import type { BoltzmannSession } from "./session.js";

const COLUMNS = 5;
/** As many as the worker sends. */
const RECONSTRUCTED = 10;
const FANTASIES = 20;

/** Reconstructions of held-out pictures, and fantasies of freely running chains. */
export function Samples({ session }: { session: BoltzmannSession }) {
  const { frame, begun, side } = session;
  const size = side.value ** 2;
  const fits = begun.value !== undefined && begun.value.samples.length % size === 0;
  const originals = fits ? begun.value?.samples.map((unit) => 255 * unit) : undefined;
  const made = frame.value?.reconstructions;
  const both = originals && made?.length === RECONSTRUCTED * size ? paired(originals, made, size) : undefined;
  const dreams = frame.value?.fantasies;
  return (
    <div class="samples">
      <section aria-labelledby="reconstructions-title">
        <h2 id="reconstructions-title">
          Reconstructions <small>below each held-out picture what the machine makes of it</small>
        </h2>
        <Tiles
          pixels={both}
          side={side.value}
          count={2 * RECONSTRUCTED}
          columns={COLUMNS}
          scale="ink"
          label="Held-out pictures, and below each its reconstruction"
        />
      </section>
      <section aria-labelledby="fantasies-title">
        <h2 id="fantasies-title">
          Fantasies <small>{FANTASIES} chains that have seen no picture</small>
        </h2>
        <Tiles
          pixels={dreams?.length === FANTASIES * size ? dreams : undefined}
          side={side.value}
          count={FANTASIES}
          columns={COLUMNS}
          scale="ink"
          label={`What ${FANTASIES} freely running chains show`}
        />
      </section>
    </div>
  );
}

/** A row of originals, the row of what was made of them, and so on. */
function paired(originals: Uint8Array, made: Uint8Array, size: number): Uint8Array {
  const all = new Uint8Array(2 * RECONSTRUCTED * size);
  for (let k = 0; k < RECONSTRUCTED; k++) {
    const row = 2 * Math.floor(k / COLUMNS);
    const column = k % COLUMNS;
    all.set(originals.subarray(k * size, (k + 1) * size), (row * COLUMNS + column) * size);
    all.set(made.subarray(k * size, (k + 1) * size), ((row + 1) * COLUMNS + column) * size);
  }
  return all;
}
