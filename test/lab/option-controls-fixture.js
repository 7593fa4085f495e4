import { h, render } from "preact";
import { useState } from "preact/hooks";
import { allRules } from "../../dist/index.js";
import { maker } from "../../dist/options.js";
import { named } from "../../lab/src/options.js";
import { MadeControl } from "../../lab/src/ui/option-controls.js";

/** A rule that the lab does not know, with an option of every type. */
const novel = maker("rule", {
  name: "novelRule",
  summary: "a rule of a test",
  reference: "Nobody 2000",
  options: {
    share: { type: "number", low: 0, high: 1, optional: true, help: "a number that may be left out" },
    rounds: { type: "integer", low: 1, high: 9, default: 3, help: "a few whole numbers" },
    weights: { type: "numbers", least: 2, low: 0, default: [1, 2], help: "a list" },
    mood: {
      type: "choice",
      values: ["adventurous", "conscientious", "deliberate"],
      default: "deliberate",
      help: "one of some long words",
    },
    bias: { type: "number", help: "any number at all, which must be given" },
    before: { type: "made", sort: "rule", from: allRules, default: "hebb", help: "a rule within the rule" },
  },
  create: () => ({}),
});

const makers = [...allRules, novel];

function Fixture() {
  const [value, setValue] = useState(named(makers, "hebb"));
  const failure =
    value.options.rounds === 9 ? { message: "rounds and weights do not fit", option: "rounds" } : undefined;
  return h(
    "main",
    null,
    h(MadeControl, { label: "Rule", makers, value, onChange: setValue, failure }),
    h("output", null, JSON.stringify(value)),
  );
}

render(h(Fixture), document.body);
