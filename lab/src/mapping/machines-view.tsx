import { Tiles } from "../ui/tiles.js";
import type { MappingSession } from "./session.js";

/** Both machines beside each other: the couplings of the net, and the filters of the RBM. */
export function Machines({ session }: { session: MappingSession }) {
  const { setting, shown, error } = session;
  const { layout } = setting.value;
  const { side, portrait } = shown.value ?? { side: setting.value.side, portrait: undefined };
  const n = side * side;
  const p = portrait === undefined ? setting.value.patterns.length : portrait.filters.length / n;
  return (
    <div class={error.value === undefined ? "machines" : "machines past"}>
      <figure>
        <figcaption>
          <h2>Hopfield net</h2>
          <p class="formula">E(s) = −½ sᵀJs − bᵀs</p>
        </figcaption>
        <Tiles
          pixels={portrait?.couplings}
          side={layout === "pixels" ? side : n}
          count={layout === "pixels" ? n : 1}
          columns={layout === "pixels" ? side : 1}
          scale="sign"
          label={`The couplings J of ${n} spins, ${layout === "pixels" ? "a picture a spin" : "a row a spin"}`}
        />
      </figure>
      <figure>
        <figcaption>
          <h2>RBM</h2>
          <p class="formula">E(s, h) = ½|h|² − bᵀs − sᵀWh</p>
        </figcaption>
        <Tiles
          pixels={portrait?.filters}
          side={side}
          count={p}
          columns={p < 2 ? 1 : p < 5 ? 2 : 3}
          scale="sign"
          label={`The weights W of ${p} gaussian hidden units, a filter each`}
        />
      </figure>
    </div>
  );
}
