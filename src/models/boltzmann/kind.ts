import { Packing, type Unpacking } from "../../packed.js";
import { packUnits, unpackUnits } from "../../units/pack.js";
import type { ModelKind } from "../model-kind.js";
import type { Connections, CouplingGraph } from "./connections.js";
import { BoltzmannMachine } from "./machine.js";

/**
 * A Boltzmann machine of n visible and k hidden units: the arrays `visibleCouplings` [n, n], `weights` [n, k] and
 * `hiddenCouplings` [k, k], the layers `visible` and `hidden`, see `packUnits`, and the field `connections`: "all",
 * "bipartite", or "graph" with the arrays `graph.starts` and `graph.neighbours` of the pairs that may be coupled. A fully
 * visible machine has only the first array and layer.
 */
export const boltzmannKind: ModelKind<BoltzmannMachine> = {
  name: "boltzmann",
  title: "Boltzmann machine",
  reference: "Ackley, Hinton and Sejnowski 1985",
  holds: (model): model is BoltzmannMachine => model instanceof BoltzmannMachine,
  describe({ visible, hidden }) {
    const beside = hidden === undefined ? "" : ` and ${hidden.count} ${hidden.type} hidden`;
    return `a Boltzmann machine of ${visible.count} ${visible.type} visible${beside} units`;
  },
  visible: ({ visible }) => visible,
  pack(machine) {
    const { graph } = machine;
    const { R, W, S, b, c } = machine.parts();
    const n = machine.visible.count;
    const [visible, hidden] = [machine.visible.copy(), machine.hidden?.copy()];
    // The machine copies the biases of its layers.
    visible.parameters.set(b);
    const packing = new Packing("boltzmann").add("visibleCouplings", R.values, [R.rows, R.columns]);
    packUnits(packing, "visible", visible);
    if (hidden !== undefined) {
      hidden.parameters.set(c);
      packing.add("weights", W.values, [W.rows, W.columns]).add("hiddenCouplings", S.values, [S.rows, S.columns]);
      packUnits(packing, "hidden", hidden);
    }
    const simple = (["all", "bipartite"] as const).find((connections) => connects(graph, n, connections));
    packing.set("connections", simple ?? "graph");
    if (simple === undefined) packing.add("graph.starts", graph.starts).add("graph.neighbours", graph.neighbours);
    return packing;
  },
  unpack(parts) {
    const values = parts.numbers("visibleCouplings", [-1, -1]);
    const [n, columns] = parts.shapeOf("visibleCouplings")!;
    const visible = unpackUnits(parts, "visible", n);
    const visibleCouplings = { rows: n, columns, values };
    const chosen = parts.choice("connections", ["all", "bipartite", "graph"]);
    const connections = (units: number) => (chosen === "graph" ? readGraph(parts, units) : chosen);
    if (!parts.has("weights")) return new BoltzmannMachine({ visible, visibleCouplings, connections: connections(n) });
    const between = parts.numbers("weights", [n, -1]);
    const k = between.length / n;
    return new BoltzmannMachine({
      visible,
      hidden: unpackUnits(parts, "hidden", k),
      visibleCouplings,
      weights: { rows: n, columns: k, values: between },
      hiddenCouplings: { rows: k, columns: k, values: parts.numbers("hiddenCouplings", [k, k]) },
      connections: connections(n + k),
    });
  },
};

function readGraph(parts: Unpacking, units: number): CouplingGraph {
  const starts = parts.array("graph.starts", Uint32Array, [units + 1]);
  return { units, starts, neighbours: parts.array("graph.neighbours", Uint32Array, [starts[units]]) };
}

/** Whether a graph has exactly these connections. */
function connects({ units, starts, neighbours }: CouplingGraph, n: number, connections: Connections): boolean {
  for (let i = 0; i < units; i++) {
    let at = starts[i];
    for (let j = 0; j < units; j++) {
      if (i === j || (connections === "bipartite" && i < n === j < n)) continue;
      if (neighbours[at] !== j) return false;
      at++;
    }
    if (at !== starts[i + 1]) return false;
  }
  return true;
}
