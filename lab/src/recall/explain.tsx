import type { Explanation } from "../page.js";
import { Letter } from "../ui/letter.js";

export const explanation: Explanation = {
  equation: () => (
    <>
      <math display="block">
        <msub>
          <mi>h</mi>
          <mi>i</mi>
        </msub>
        <mo>=</mo>
        <munder>
          <mo>∑</mo>
          <mi>j</mi>
        </munder>
        <Letter of="w">
          <msub>
            <mi>w</mi>
            <mrow>
              <mi>i</mi>
              <mi>j</mi>
            </mrow>
          </msub>
        </Letter>
        <Letter of="s">
          <msub>
            <mi>s</mi>
            <mi>j</mi>
          </msub>
        </Letter>
        <mo>−</mo>
        <msub>
          <mi>θ</mi>
          <mi>i</mi>
        </msub>
      </math>
      <math display="block">
        <msub>
          <mi>s</mi>
          <mi>i</mi>
        </msub>
        <mo>←</mo>
        <mi>sgn</mi>
        <mspace width="0.2em" />
        <msub>
          <mi>h</mi>
          <mi>i</mi>
        </msub>
      </math>
      <math display="block">
        <Letter of="E">
          <mi>E</mi>
        </Letter>
        <mo>=</mo>
        <mo>−</mo>
        <mfrac>
          <mn>1</mn>
          <mn>2</mn>
        </mfrac>
        <munder>
          <mo>∑</mo>
          <mrow>
            <mi>i</mi>
            <mo>≠</mo>
            <mi>j</mi>
          </mrow>
        </munder>
        <msub>
          <mi>w</mi>
          <mrow>
            <mi>i</mi>
            <mi>j</mi>
          </mrow>
        </msub>
        <msub>
          <mi>s</mi>
          <mi>i</mi>
        </msub>
        <msub>
          <mi>s</mi>
          <mi>j</mi>
        </msub>
        <mo>+</mo>
        <munder>
          <mo>∑</mo>
          <mi>i</mi>
        </munder>
        <msub>
          <mi>θ</mi>
          <mi>i</mi>
        </msub>
        <msub>
          <mi>s</mi>
          <mi>i</mi>
        </msub>
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
  source: "Hopfield 1982, equations 2 to 7",
  checks: ["hopfield-1982/capacity", "rojas-1996/capacity"],
};
