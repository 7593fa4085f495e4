import type { Explanation } from "../page.js";
import { Brackets, Power } from "../ui/formula.js";
import { Letter } from "../ui/letter.js";

export const explanation: Explanation = {
  equation: () => (
    <>
      <math display="block">
        <mo>∫</mo>
        <Power>
          <mi>e</mi>
          <mrow>
            <mo>−</mo>
            <Letter of="beta">
              <mi>β</mi>
            </Letter>
            <mi>E</mi>
            <Brackets>
              <mi>s</mi>
              <mo>,</mo>
              <mi>h</mi>
            </Brackets>
          </mrow>
        </Power>
        <mi>d</mi>
        <mi>h</mi>
        <mo>=</mo>
        <mi>c</mi>
        <Power>
          <mi>e</mi>
          <mrow>
            <mo>−</mo>
            <mi>β</mi>
            <mi>E</mi>
            <Brackets>
              <mi>s</mi>
            </Brackets>
          </mrow>
        </Power>
      </math>
      <math display="block">
        <Letter of="J">
          <mi>J</mi>
        </Letter>
        <mo>=</mo>
        <Letter of="W">
          <mi>W</mi>
        </Letter>
        <Power>
          <mi>W</mi>
          <mi>T</mi>
        </Power>
      </math>
    </>
  ),
  terms: [
    { id: "J", letter: () => <mi>J</mi>, means: "the couplings of the net", at: ".machines figure:first-child" },
    {
      id: "W",
      letter: () => <mi>W</mi>,
      means: "the weights of the RBM, a filter for each gaussian hidden unit",
      at: ".machines figure:last-child",
    },
    { id: "beta", letter: () => <mi>β</mi>, means: "the inverse temperature of both", at: ".motion .slider" },
  ],
  sentences: [
    "A Hopfield net and a restricted Boltzmann machine with gaussian hidden units are made of the same pictures, and run from the same cue.",
    "Integrating the hidden units out of the RBM gives the net with J = WWᵀ at every β: the constant c is the same for all states, and so are self-couplings, as sᵢ² = 1.",
    "Change a pattern, the factor or β: couplings and weights change together, and both go on drawing the same states.",
  ],
  source: "Barra, Bernacchia, Santucci and Contucci 2012; Smart and Zilman 2021, equations 5 and 6",
  checks: ["smart-zilman-2021/figure-2", "smart-zilman-2021/figure-4"],
};
