import type { Explanation } from "../page.js";
import { Letter } from "../ui/letter.js";

export const explanation: Explanation = {
  equation: () => (
    <math display="block">
      <Letter of="low">
        <mi>l</mi>
      </Letter>
      <mo>≤</mo>
      <Letter of="published">
        <mi>x</mi>
      </Letter>
      <mo>≤</mo>
      <Letter of="high">
        <mi>u</mi>
      </Letter>
      <mo>⇔</mo>
      <mtext>agrees</mtext>
    </math>
  ),
  terms: [
    { id: "published", letter: () => <mi>x</mi>, means: "the value that the source prints", at: ".claims .published" },
    { id: "low", letter: () => <mi>l</mi>, means: "the lower end of our interval", at: ".claims .interval" },
    { id: "high", letter: () => <mi>u</mi>, means: "its upper end", at: ".claims .interval" },
  ],
  sentences: [
    "Each experiment repeats one table or figure of the literature and sets what is printed there beside what this library computes.",
    "Our interval is a confidence interval, or the spread of single draws where the source shows one draw; an exact value must be met exactly. So a verdict follows from numbers and not from how alike two curves look.",
    "Open one, read its odd rows first, and run it here with another seed: the verdicts of few draws are less sharp, but they should not turn round.",
  ],
  source: "The files of results in the folder experiments, as the command engram reproduce writes them",
  checks: [],
};
