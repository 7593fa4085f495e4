import type { VNode } from "preact";
import type { Explanation } from "../page.js";
import { Letter } from "../ui/letter.js";

/** Brackets of one height. It is a text, since an attribute that is `false` would be left out. */
const flat: object = { stretchy: "false" };

const h = (
  <msub>
    <mi>h</mi>
    <mi>i</mi>
  </msub>
);

const pair = (letter: string) => (
  <msub>
    <mi>{letter}</mi>
    <mrow>
      <mi>i</mi>
      <mi>j</mi>
    </mrow>
  </msub>
);

const single = (letter: string, index: string) => (
  <msub>
    <mi>{letter}</mi>
    <mi>{index}</mi>
  </msub>
);

const sumOver = (index: VNode) => (
  <munder>
    <mo>∑</mo>
    {index}
  </munder>
);

const half = (
  <mfrac>
    <mn>1</mn>
    <mn>2</mn>
  </mfrac>
);

/** h_i = sum_j w_ij s_j - theta_i, and the energy that its updates lower. */
function NetEquations() {
  return (
    <>
      <math display="block">
        <Letter of="h">{h}</Letter>
        <mo>=</mo>
        {sumOver(<mi>j</mi>)}
        <Letter of="w">{pair("w")}</Letter>
        <Letter of="s">{single("s", "j")}</Letter>
        <mo>−</mo>
        <Letter of="theta">{single("θ", "i")}</Letter>
        <mo>,</mo>
        <mspace width="0.8em" />
        {single("s", "i")}
        <mo>←</mo>
        <mi>sgn</mi>
        <mspace width="0.2em" />
        {h}
      </math>
      <math display="block">
        <Letter of="E">
          <mi>E</mi>
        </Letter>
        <mo>=</mo>
        <mo>−</mo>
        {half}
        {sumOver(
          <mrow>
            <mi>i</mi>
            <mo>,</mo>
            <mi>j</mi>
          </mrow>,
        )}
        {pair("w")}
        {single("s", "i")}
        {single("s", "j")}
        <mo>+</mo>
        {sumOver(<mi>i</mi>)}
        {single("θ", "i")}
        {single("s", "i")}
      </math>
      <math display="block">
        <mi>P</mi>
        <mo {...flat}>(</mo>
        {single("s", "i")}
        <mo>←</mo>
        <mo>+</mo>
        <mn>1</mn>
        <mo {...flat}>)</mo>
        <mo>=</mo>
        <mfrac>
          <mn>1</mn>
          <mrow>
            <mn>1</mn>
            <mo>+</mo>
            <msup>
              <mi>e</mi>
              <mrow>
                <mo>−</mo>
                <mn>2</mn>
                {h}
                <mo>/</mo>
                <Letter of="T">
                  <mi>T</mi>
                </Letter>
              </mrow>
            </msup>
          </mrow>
        </mfrac>
      </math>
    </>
  );
}

/** E(xi) = -lse(beta, X^T xi) + |xi|^2 / 2 + c of the surface. */
function SurfaceEquation() {
  return (
    <math display="block">
      <mi>E</mi>
      <mo {...flat}>(</mo>
      <mi>ξ</mi>
      <mo {...flat}>)</mo>
      <mo>=</mo>
      <mo>−</mo>
      <mfrac>
        <mn>1</mn>
        <Letter of="beta">
          <mi>β</mi>
        </Letter>
      </mfrac>
      <mi>ln</mi>
      <mspace width="0.2em" />
      {sumOver(<mi>μ</mi>)}
      <msup>
        <mi>e</mi>
        <mrow>
          <mi>β</mi>
          <Letter of="x">{single("x", "μ")}</Letter>
          <mo>·</mo>
          <mi>ξ</mi>
        </mrow>
      </msup>
      <mo>+</mo>
      {half}
      <msup>
        <mrow>
          <mo {...flat}>|</mo>
          <mi>ξ</mi>
          <mo {...flat}>|</mo>
        </mrow>
        <mn>2</mn>
      </msup>
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
    { id: "s", letter: () => single("s", "j"), means: "the state: where the ball stands", at: ".canvas" },
    { id: "w", letter: () => pair("w"), means: "weights, from unit j into unit i", at: ".weights" },
    { id: "theta", letter: () => single("θ", "i"), means: "thresholds, the last column", at: ".weights" },
    { id: "h", letter: () => h, means: "the field that decides the next move", at: ".why" },
    {
      id: "E",
      letter: () => <mi>E</mi>,
      means: "energy: no update at T = 0 raises it if W is symmetric",
      at: ".valleys",
    },
    { id: "T", letter: () => <mi>T</mi>, means: "temperature", at: ".net-motion .slider" },
    { id: "x", letter: () => single("x", "μ"), means: "patterns of the surface", at: ".points" },
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
  source: "Hopfield 1982; Rojas 1996, chapter 13; the surface: Ramsauer et al. 2020, equation 2",
  checks: ["rojas-1996/small-networks", "rojas-1996/table-spurious", "ramsauer-2020/metastable"],
};
