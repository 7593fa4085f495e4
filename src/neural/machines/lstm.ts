import { type Linear, linear, linearParameters } from "../layers/linear.js";
import type { Tensor } from "../tape/tensor.js";
import { lstmController } from "./controllers.js";
import { machine } from "./machine.js";

interface Parameters {
  readonly layers: readonly object[];
  readonly output: Linear<Tensor>;
}

/**
 * Long short-term memory in layers, each of which sees the hidden units of the one below (Hochreiter and Schmidhuber 1997), and
 * a linear output: the machine without a memory of its own beside its units.
 */
export const lstm = machine({
  name: "lstm",
  summary: "long short-term memory: all that it keeps is in the state of its units",
  reference: "Hochreiter and Schmidhuber 1997",
  options: {
    units: { type: "integer", low: 1, high: 10_000, default: 100, help: "units of a layer" },
    layers: { type: "integer", low: 1, high: 16, default: 1, help: "number of layers" },
  },
  create: ({ units, layers: count }) => ({
    parameters: (inputs, outputs, random) => ({
      layers: Array.from({ length: count }, (_, k) =>
        lstmController.parameters(k === 0 ? inputs : units, units, random.fork(k)),
      ),
      output: linearParameters(units, outputs, random.fork(count)),
    }),
    start: (parameters, batch) => (parameters as Parameters).layers.map((layer) => lstmController.start(layer, batch)),
    step(parameters, state, x) {
      const { layers, output } = parameters as Parameters;
      let below = x;
      const next = (state as readonly object[]).map((own, k) => {
        const { state: after, hidden } = lstmController.step(layers[k], own, below);
        below = hidden;
        return after;
      });
      return { state: next, outputs: linear(below, output), evidence: {} };
    },
  }),
});
