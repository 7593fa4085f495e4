import type { Explanation } from "../page.js";
import { Brackets, Indexed } from "../ui/formula.js";
import { Letter } from "../ui/letter.js";

/** The mean of v_i h_j in one of the phases. */
const mean = (phase: string) => (
  <msub>
    <Brackets of="⟨⟩">
      <Indexed letter="v" by="i" />
      <Indexed letter="h" by="j" />
    </Brackets>
    <mi>{phase}</mi>
  </msub>
);

export const explanation: Explanation = {
  equation: () => (
    <math display="block">
      <mi>Δ</mi>
      <Letter of="W">
        <Indexed letter="W" by="ij" />
      </Letter>
      <mo>=</mo>
      <Letter of="eta">
        <mi>η</mi>
      </Letter>
      <Brackets>
        <Letter of="data">{mean("data")}</Letter>
        <mo>−</mo>
        <Letter of="model">{mean("model")}</Letter>
      </Brackets>
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
  source: "Smolensky 1986; Hinton 2002",
  checks: ["rbm/exact-gradient", "rbm/mnist-500"],
};
