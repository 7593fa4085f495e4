import { ArgumentError } from "../../errors.js";
import type { Matrix } from "../../math/matrix.js";

/** Which pairs of units can be coupled: all, visible with hidden units only, or those whose couplings are not zero. */
export type Connections = "all" | "bipartite" | "nonzero";

/**
 * The graph of a Boltzmann machine: the pairs of units that are coupled or may become so by learning. Compressed rows:
 * the neighbours of unit i are neighbours[starts[i]] ... neighbours[starts[i + 1] - 1], ascending.
 */
export interface CouplingGraph {
  readonly units: number;
  readonly starts: Uint32Array;
  readonly neighbours: Uint32Array;
}

/**
 * The graph over the couplings of n visible units and others.
 *
 * @throws ArgumentError for a non-zero coupling outside the graph
 */
export function couplingGraph(
  { rows: units, values }: Matrix,
  visible: number,
  connections: Connections | CouplingGraph,
): CouplingGraph {
  if (typeof connections === "object") return checkedGraph(connections, units, values);
  if (connections !== "all" && connections !== "bipartite" && connections !== "nonzero") {
    throw new ArgumentError(`connections is ${JSON.stringify(connections)}; expected "all", "bipartite" or "nonzero"`);
  }
  const starts = new Uint32Array(units + 1);
  const neighbours: number[] = [];
  for (let i = 0; i < units; i++) {
    for (let j = 0; j < units; j++) {
      if (i === j) continue;
      const coupled = values[i * units + j] !== 0;
      const crosses = i < visible !== j < visible;
      if (coupled && !crosses && connections === "bipartite") {
        const layer = i < visible ? "visibleCouplings" : "hiddenCouplings";
        throw new ArgumentError(
          `${layer} are not zero but connections is "bipartite"; omit them, or connect "all" units`,
        );
      }
      if (connections === "all" || (connections === "bipartite" ? crosses : coupled)) neighbours.push(j);
    }
    starts[i + 1] = neighbours.length;
  }
  return { units, starts, neighbours: Uint32Array.from(neighbours) };
}

/** A copy of a graph, checked: that it is a graph of `units` units with an edge for every coupling. */
function checkedGraph({ starts, neighbours }: CouplingGraph, units: number, values: Float64Array): CouplingGraph {
  const own = { units, starts: Uint32Array.from(starts), neighbours: Uint32Array.from(neighbours) };
  const allowed = new Uint8Array(units * units);
  let isGraph = own.starts.length === units + 1 && own.starts[0] === 0 && own.starts[units] === own.neighbours.length;
  for (let i = 0; i < units && isGraph; i++) {
    isGraph = own.starts[i] <= own.starts[i + 1];
    for (let at = own.starts[i]; at < own.starts[i + 1] && isGraph; at++) {
      const j = own.neighbours[at];
      isGraph = j < units && j !== i && (at === own.starts[i] || own.neighbours[at - 1] < j);
      if (isGraph) allowed[i * units + j] = 1;
    }
  }
  if (!isGraph || allowed.some((one, at) => one !== allowed[(at % units) * units + Math.floor(at / units)])) {
    throw new ArgumentError(
      "connections is not a valid graph of these units; pass the graph of a machine with the same number of units",
    );
  }
  const stray = values.findIndex((w, at) => w !== 0 && allowed[at] === 0);
  if (stray < 0) return own;
  const pair = `${Math.floor(stray / units)} and ${stray % units}`;
  throw new ArgumentError(`units ${pair} are coupled, but not connected; omit the coupling, or connect them`);
}

/**
 * Greedy colouring: classes of units of which no two are neighbours. Unit after unit takes the first colour that none of
 * its neighbours has: at most one more colour than a unit has neighbours, and two where the visible units are coupled to
 * hidden ones only (Welsh and Powell, An upper bound for the chromatic number of a graph, 1967, in the order of the units).
 */
export function colourClasses({ units, starts, neighbours }: CouplingGraph): Uint32Array[] {
  const colours = new Uint32Array(units);
  const classes: number[][] = [];
  const taken = new Int32Array(units + 1).fill(-1);
  for (let i = 0; i < units; i++) {
    for (let at = starts[i]; at < starts[i + 1]; at++) {
      const j = neighbours[at];
      if (j < i) taken[colours[j]] = i;
    }
    let colour = 0;
    while (taken[colour] === i) colour++;
    colours[i] = colour;
    if (colour === classes.length) classes.push([]);
    classes[colour].push(i);
  }
  return classes.map((members) => Uint32Array.from(members));
}
