import type { Explanation } from "../page.js";
import { Brackets, Fraction, half, Indexed, Power, Sum } from "../ui/formula.js";
import { Letter } from "../ui/letter.js";

/** h_i = sum_j w_ij s_j - theta_i, and the energy that its updates lower. */
function NetEquations() {
  return (
    <>
      <math display="block">
        <Letter of="h">
          <Indexed letter="h" by="i" />
        </Letter>
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
        <Letter of="theta">
          <Indexed letter="θ" by="i" />
        </Letter>
        <mo>,</mo>
        <mspace width="0.8em" />
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
          <mo>,</mo>
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
      <math display="block">
        <mi>P</mi>
        <Brackets>
          <Indexed letter="s" by="i" />
          <mo>←</mo>
          <mo>+</mo>
          <mn>1</mn>
        </Brackets>
        <mo>=</mo>
        <Fraction>
          <mn>1</mn>
          <mrow>
            <mn>1</mn>
            <mo>+</mo>
            <Power>
              <mi>e</mi>
              <mrow>
                <mo>−</mo>
                <mn>2</mn>
                <Indexed letter="h" by="i" />
                <mo>/</mo>
                <Letter of="T">
                  <mi>T</mi>
                </Letter>
              </mrow>
            </Power>
          </mrow>
        </Fraction>
      </math>
    </>
  );
}

/** E(xi) = -lse(beta, X^T xi) + |xi|^2 / 2 + c of the surface. */
function SurfaceEquation() {
  return (
    <math display="block">
      <mi>E</mi>
      <Brackets>
        <mi>ξ</mi>
      </Brackets>
      <mo>=</mo>
      <mo>−</mo>
      <Fraction>
        <mn>1</mn>
        <Letter of="beta">
          <mi>β</mi>
        </Letter>
      </Fraction>
      <mi>ln</mi>
      <mspace width="0.2em" />
      <Sum>
        <mi>μ</mi>
      </Sum>
      <Power>
        <mi>e</mi>
        <mrow>
          <mi>β</mi>
          <Letter of="x">
            <Indexed letter="x" by="μ" />
          </Letter>
          <mo>·</mo>
          <mi>ξ</mi>
        </mrow>
      </Power>
      <mo>+</mo>
      {half}
      <Power>
        <Brackets of="||">
          <mi>ξ</mi>
        </Brackets>
        <mn>2</mn>
      </Power>
      <mo>+</mo>
      <mi>c</mi>
    </math>
  );
}

export const explanation: Explanation = {
  equation: () => (
    <>
      <NetEquations />
      <SurfaceEquation />
    </>
  ),
  terms: [
    { id: "s", letter: () => <Indexed letter="s" by="j" />, means: "the state: where the ball stands", at: ".canvas" },
    {
      id: "w",
      letter: () => <Indexed letter="w" by="ij" />,
      means: "weights, from unit j into unit i",
      at: ".weights",
    },
    { id: "theta", letter: () => <Indexed letter="θ" by="i" />, means: "thresholds, the last column", at: ".weights" },
    { id: "h", letter: () => <Indexed letter="h" by="i" />, means: "the field that decides the next move", at: ".why" },
    {
      id: "E",
      letter: () => <mi>E</mi>,
      means: "energy: no update at T = 0 raises it if W is symmetric",
      at: ".valleys",
    },
    { id: "T", letter: () => <mi>T</mi>, means: "temperature", at: ".net-motion .slider" },
    { id: "x", letter: () => <Indexed letter="x" by="μ" />, means: "patterns of the surface", at: ".points" },
    {
      id: "beta",
      letter: () => <mi>β</mi>,
      means: "inverse temperature of the surface’s softmax",
      at: ".memory-setting .slider",
    },
  ],
  sentences: [
    "Every state that the net can be in, the moves that updates make of it, and a ball that follows them into a valley; discs have the colours of the valleys that they lead to.",
    "With symmetric weights each move lowers the energy, so that no state comes back and every run ends. Without symmetry an energy need not exist, and the ball may go round for ever.",
    "Click a state, change a weight, want other states and learn them, or raise the temperature; on the surface drag the patterns and change β.",
  ],
  source: "Hopfield 1982; Rojas 1996, chapter 13; the surface: Ramsauer et al. 2020",
  checks: ["rojas-1996/small-networks", "rojas-1996/table-spurious", "ramsauer-2020/metastable"],
};
