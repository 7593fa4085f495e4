import type { Explanation } from "../page.js";
import { Letter } from "../ui/letter.js";

export const explanation: Explanation = {
  equation: () => (
    <math display="block">
      <mi>Δ</mi>
      <Letter of="W">
        <msub>
          <mi>W</mi>
          <mrow>
            <mi>i</mi>
            <mi>j</mi>
          </mrow>
        </msub>
      </Letter>
      <mo>=</mo>
      <Letter of="eta">
        <mi>η</mi>
      </Letter>
      <mo>(</mo>
      <Letter of="data">
        <msub>
          <mrow>
            <mo>⟨</mo>
            <msub>
              <mi>v</mi>
              <mi>i</mi>
            </msub>
            <msub>
              <mi>h</mi>
              <mi>j</mi>
            </msub>
            <mo>⟩</mo>
          </mrow>
          <mi>data</mi>
        </msub>
      </Letter>
      <mo>−</mo>
      <Letter of="model">
        <msub>
          <mrow>
            <mo>⟨</mo>
            <msub>
              <mi>v</mi>
              <mi>i</mi>
            </msub>
            <msub>
              <mi>h</mi>
              <mi>j</mi>
            </msub>
            <mo>⟩</mo>
          </mrow>
          <mi>model</mi>
        </msub>
      </Letter>
      <mo>)</mo>
    </math>
  ),
  terms: [
    { id: "W", letter: () => <mi>W</mi>, means: "weights, drawn as a filter for each hidden unit", at: ".picture-box" },
    { id: "eta", letter: () => <mi>η</mi>, means: "the learning rate", at: ".machine .slider" },
    {
      id: "data",
      letter: () => <mi>data</mi>,
      means: "mean while the pictures are shown",
      at: ".samples section:first-child",
    },
    {
      id: "model",
      letter: () => <mi>model</mi>,
      means: "mean while the machine runs freely",
      at: ".samples section:last-child",
    },
  ],
  sentences: [
    "A restricted Boltzmann machine looks at pictures, batch after batch; each tile is what one hidden unit looks for.",
    "What is on together in the pictures gets more probable, what is on together in the machine’s own dreams less, until both look alike.",
    "Draw something on the board and let the machine complete it; then train on, and see the free-energy gap open as it overfits.",
  ],
  source: "Smolensky 1986; Hinton 2002, equation 5",
  checks: ["rbm/exact-gradient", "rbm/mnist-500"],
};
