import { Tiles } from "../train/tiles.js";
import { Choice } from "../ui/controls.js";
import { Headline } from "../ui/headline.js";
import { stopped } from "../words.js";
import type { EquivalenceSession } from "./session.js";
import type { FactorName, LayoutName } from "./setting.js";
import { certificateInWords, grouped, scientific } from "./verdict.js";

const factors: readonly { value: FactorName; label: string; title: string }[] = [
  { value: "qr", label: "QR", title: "X = W R, with a triangular R" },
  { value: "squareRoot", label: "Square root", title: "W = X (XᵀX)^(−1/2)" },
  { value: "svd", label: "SVD", title: "X = W S Vᵀ" },
  { value: "hebbian", label: "Hebbian", title: "W = X / √N" },
];

const layouts: readonly { value: LayoutName; label: string; title: string }[] = [
  { value: "pixels", label: "by pixel", title: "A picture for every pixel: its couplings to all others" },
  { value: "matrix", label: "matrix", title: "Row i, column j" },
];

const meanings: Record<FactorName, string> = {
  qr: "X = W R with a triangular R: each filter is what its pattern adds to those before it. Changing a pattern leaves the filters before it as they are.",
  squareRoot: "W = X (XᵀX)^(−½): of all orthonormal filters the nearest to the patterns, each like its own.",
  svd: "X = W S Vᵀ: filters along the principal directions of the patterns, the largest first.",
  hebbian:
    "W = X / √N: the filters are the patterns. Then J is that of Hebb’s rule, another net than that of the other three.",
};

/** The net, the RBM, and whether they are one model. */
export function ModelPanel({ session }: { session: EquivalenceSession }) {
  const { setting, shown, certificate, error, failure } = session;
  const { factor, layout } = setting.value;
  const words = failure.value === undefined ? certificateInWords(certificate.value, error.value) : stopped;
  const { side, portrait } = shown.value ?? { side: setting.value.side, portrait: undefined };
  const n = side * side;
  const p = portrait === undefined ? setting.value.patterns.length : portrait.filters.length / n;
  return (
    <section class="model" aria-label="The net and the RBM">
      <Headline {...words} />
      <div class={error.value === undefined ? "pictures" : "pictures past"}>
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
          <Choice
            legend="Layout of the couplings"
            value={layout}
            options={layouts}
            onChange={(value) => session.change({ layout: value })}
          />
          {portrait !== undefined && (
            <p class="note">
              J: {grouped((n * (n - 1)) / 2)} couplings, ±{portrait.largest.toFixed(3)} at most.
            </p>
          )}
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
          <Choice
            legend="Factor"
            value={factor}
            options={factors}
            onChange={(value) => session.change({ factor: value })}
          />
          {portrait !== undefined && (
            <p class="note">
              W: {p} × {n} weights. J − WWᵀ: {scientific(portrait.residue)} at most off the diagonal.
            </p>
          )}
        </figure>
      </div>
      <p class="note meaning">{meanings[factor]}</p>
      <p class="note">
        Integrating the hidden units out of the RBM, <span class="formula">∫ e^(−βE(s,h)) dh = c e^(−βE(s))</span>,
        gives the net with J = WWᵀ, at every β: the constant c is the same for all states. So are self-couplings, as sᵢ²
        = 1; the net has none.
      </p>
    </section>
  );
}
