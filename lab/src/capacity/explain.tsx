import type { Explanation } from "../page.js";
import { Brackets, Fraction, Power } from "../ui/formula.js";
import { Letter } from "../ui/letter.js";

export const explanation: Explanation = {
  equation: () => (
    <>
      <math display="block">
        <Letter of="m">
          <mi>m</mi>
        </Letter>
        <mo>=</mo>
        <mo>∫</mo>
        <mi>D</mi>
        <mi>z</mi>
        <mspace width="0.2em" />
        <mi>tanh</mi>
        <Fraction>
          <mrow>
            <mi>m</mi>
            <mo>+</mo>
            <mi>z</mi>
            <msqrt>
              <Letter of="alpha">
                <mi>α</mi>
              </Letter>
              <mi>r</mi>
            </msqrt>
          </mrow>
          <Letter of="T">
            <mi>T</mi>
          </Letter>
        </Fraction>
      </math>
      <math display="block">
        <mi>r</mi>
        <mo>=</mo>
        <Fraction>
          <mi>q</mi>
          <Power>
            <Brackets>
              <mn>1</mn>
              <mo>−</mo>
              <mi>C</mi>
            </Brackets>
            <mn>2</mn>
          </Power>
        </Fraction>
        <mo>,</mo>
        <mspace width="0.6em" />
        <mi>C</mi>
        <mo>=</mo>
        <Fraction>
          <mrow>
            <mn>1</mn>
            <mo>−</mo>
            <mi>q</mi>
          </mrow>
          <mi>T</mi>
        </Fraction>
      </math>
    </>
  ),
  terms: [
    { id: "m", letter: () => <mi>m</mi>, means: "overlap of the state with the stored pattern", at: ".picture-box" },
    { id: "alpha", letter: () => <mi>α</mi>, means: "load, patterns over units", at: ".look .slider" },
    { id: "T", letter: () => <mi>T</mi>, means: "temperature", at: ".net .slider" },
  ],
  sentences: [
    "Random patterns are stored, one of them is the cue, and the dot is where the state ends: at an overlap of 1 the pattern came back.",
    "Of the other patterns each unit hears noise of variance α; as soon as wrong units make more units wrong, all is lost at once, at α = 0.138 for Hebb’s rule.",
    "Move the load across the cliff, take fewer units to see it blur, heat the net, or take the projection rule.",
  ],
  source: "Amit, Gutfreund and Sompolinsky 1985 and 1987; Kanter and Sompolinsky 1987 for the projection rule",
  checks: ["amit-1985/retrieval-overlap", "amit-1985/phase-diagram", "kanter-sompolinsky-1987/projection-capacity"],
};
