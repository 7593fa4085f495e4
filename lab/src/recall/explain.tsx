import type { Explanation } from "../page.js";
import { half, Indexed, Sum } from "../ui/formula.js";
import { Letter } from "../ui/letter.js";

export const explanation: Explanation = {
  equation: () => (
    <>
      <math display="block">
        <Indexed letter="h" by="i" />
        <mo>=</mo>
        <Sum>
          <mi>j</mi>
        </Sum>
        <Letter of="w">
          <Indexed letter="w" by="ij" />
        </Letter>
        <Letter of="s">
          <Indexed letter="s" by="j" />
        </Letter>
        <mo>−</mo>
        <Indexed letter="θ" by="i" />
      </math>
      <math display="block">
        <Indexed letter="s" by="i" />
        <mo>←</mo>
        <mi>sgn</mi>
        <mspace width="0.2em" />
        <Indexed letter="h" by="i" />
      </math>
      <math display="block">
        <Letter of="E">
          <mi>E</mi>
        </Letter>
        <mo>=</mo>
        <mo>−</mo>
        {half}
        <Sum>
          <mi>i</mi>
          <mo>≠</mo>
          <mi>j</mi>
        </Sum>
        <Indexed letter="w" by="ij" />
        <Indexed letter="s" by="i" />
        <Indexed letter="s" by="j" />
        <mo>+</mo>
        <Sum>
          <mi>i</mi>
        </Sum>
        <Indexed letter="θ" by="i" />
        <Indexed letter="s" by="i" />
      </math>
    </>
  ),
  terms: [
    {
      id: "s",
      letter: () => <mi>s</mi>,
      means: "the state: ink is +1, paper −1",
      at: ".picture-box",
    },
    { id: "w", letter: () => <mi>w</mi>, means: "couplings, made from the stored pictures by the rule", at: ".memory" },
    { id: "E", letter: () => <mi>E</mi>, means: "energy, which no visit raises", at: ".energy" },
  ],
  sentences: [
    "Each unit, one after the other, takes the sign of its field: what the others tell it through the couplings.",
    "With symmetric couplings no such step raises the energy, so the state slides downhill into a valley; storing a picture digs one.",
    "Raise the damage, store more pictures, or change the rule, and see when the state ends in another valley.",
  ],
  source: "Hopfield 1982",
  checks: ["hopfield-1982/capacity", "rojas-1996/capacity-rule"],
};
