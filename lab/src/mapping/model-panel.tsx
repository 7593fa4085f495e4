import { Choice } from "../ui/controls.js";
import { grouped, scientific } from "../words.js";
import type { MappingSession } from "./session.js";
import type { FactorName, LayoutName } from "./setting.js";

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

/** How the weights are made of the patterns, and how the couplings are shown. */
export function ModelPanel({ session }: { session: MappingSession }) {
  const { setting, shown } = session;
  const { factor, layout } = setting.value;
  const { side, portrait } = shown.value ?? { side: setting.value.side, portrait: undefined };
  const n = side * side;
  return (
    <section class="model" aria-labelledby="model-title">
      <h2 id="model-title">Model</h2>
      <h3>Factor</h3>
      <Choice
        legend="Factor"
        value={factor}
        options={factors}
        onChange={(value) => session.change({ factor: value })}
      />
      <p class="note meaning">{meanings[factor]}</p>
      <h3>Couplings, shown</h3>
      <Choice
        legend="Layout of the couplings"
        value={layout}
        options={layouts}
        onChange={(value) => session.change({ layout: value })}
      />
      {portrait !== undefined && (
        <p class="note">
          J: {grouped((n * (n - 1)) / 2)} couplings, ±{portrait.largest.toFixed(3)} at most. W:{" "}
          {portrait.filters.length / n} × {n} weights. J − WWᵀ: {scientific(portrait.residue)} at most off the diagonal.
        </p>
      )}
    </section>
  );
}
