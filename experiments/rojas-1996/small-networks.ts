import {
  DataError,
  HopfieldNet,
  hebb,
  type PatternSet,
  type Random,
  randomPatterns,
  stateGraph,
  synchronous,
} from "engram";
import type { Kernels } from "engram/kernels";
import { type LogicNetwork, learnLogic, logicNetworks } from "engram/memories";
import { colours, type Experiment, legend, type Plot } from "../experiment.js";
import { exact } from "../statistics.js";
import { citation } from "./basin-counts.js";

interface Parameters {
  /** Number of random symmetric nets of three units whose transitions are enumerated. */
  readonly nets: number;
}

interface Part {
  /** The behaviour of each small net, in the order of `PUBLISHED`. */
  readonly found: readonly string[];
  readonly graph: readonly { readonly state: string; readonly energy: number; readonly next: readonly string[] }[];
}

interface Node {
  readonly state: string;
  readonly energy: number;
  readonly x: number;
  readonly fixed: boolean;
}

interface Figure {
  readonly nodes: readonly Node[];
  readonly arrows: readonly { readonly x1: number; readonly y1: number; readonly x2: number; readonly y2: number }[];
}

/** A net of three units whose graph is drawn: two that support each other, and one that both inhibit. */
const THREE = {
  weights: [
    [0, 1, -1],
    [1, 0, -1],
    [-1, -1, 0],
  ],
  thresholds: [0, 0, -0.5],
};

const PUBLISHED: readonly (readonly [what: string, published: string])[] = [
  ["symmetric nets of three units: transitions that raise the energy", "none"],
  ["symmetric nets of three units: without a stable state", "none"],
  ["flip-flop, learned: stable states", tableOf(logicNetworks.flipFlop)],
  ["flip-flop with weight -1: energies of --, +-, -+, ++", "1 -1 -1 1"],
  ["OR with three units, learned: stable states", tableOf(logicNetworks.or)],
  ["XOR with three units: perceptron learning", "impossible"],
  ["XOR with four units, learned: stable states", tableOf(logicNetworks.xor)],
  ["diagonal of -1: length of the cycle", "2"],
  ["antisymmetric weights: length of the cycle", "4"],
  ["Hebb, one stored x of ten units: states with s x > 0 that become x at once", "all"],
  ["Hebb, one stored x of ten units: states with s x < 0 that become -x at once", "all"],
];

/** The small nets of the chapters on associative memory and on Hopfield nets. */
export const smallNetworks: Experiment<Parameters, Part, Figure> = {
  id: "rojas-1996/small-networks",
  title: "Small networks: state graph and energies, flip-flop, OR, XOR, two nets that oscillate, Hebb's projection",
  citation,
  where: "chapters 12 and 13, the small examples",
  version: 2,
  settings: { quick: { nets: 200 }, full: { nets: 10_000 } },
  tasks: () => 1,

  run({ nets }, _, { random, kernels }) {
    const flipFlop = new HopfieldNet([
      [0, -1],
      [-1, 0],
    ]);
    const found = [
      ...threeUnits(nets, random.fork(0)),
      learned(logicNetworks.flipFlop),
      ["--", "+-", "-+", "++"].map((state) => flipFlop.energy(spins(state))).join(" "),
      learned(logicNetworks.or),
      learned(logicNetworks.xorOfThree),
      learned(logicNetworks.xor),
      cycleOf([
        [-1, 0],
        [0, -1],
      ]),
      cycleOf([
        [0, 1],
        [-1, 0],
      ]),
      ...projectionPicture(random.fork(1), kernels),
    ];
    const { states } = stateGraph(new HopfieldNet(THREE.weights, THREE.thresholds));
    const graph = states.map(({ state, energy, asynchronous, word }) => ({
      state: text(state),
      energy,
      next: asynchronous.filter(({ to }) => to !== word).map(({ to }) => text(states[to].state)),
    }));
    return { found, graph };
  },

  summarize({ nets }, [{ found, graph }]) {
    const x = (k: number) => [-1, -0.25, 0.5, 0.75, -0.6, -0.5, 0.3, 0.9][k];
    const nodes = graph.map(({ state, energy, next }, k) => ({ state, energy, x: x(k), fixed: next.length === 0 }));
    const byName = new Map(nodes.map((node) => [node.state, node]));
    return {
      rows: PUBLISHED.map(([label, published], k) => exact(label, published, found[k])),
      notes: [
        "The truth tables are those of logic; that the source's fourth unit of the XOR net is the OR of the inputs was not compared with its text.",
        `The first two rows are over ${nets} random symmetric nets with normal weights and thresholds and a zero diagonal.`,
        "Two stable states that differ in one unit leave that unit a field of zero: the OR net is learned under that condition, and an input that could be either keeps its state.",
        "XOR with three units is not linearly separable, and perceptron learning gives up; with a fourth unit that is the OR of the inputs, perceptron learning finds weights and thresholds, and there are no other stable states. Of the 16 columns that a fourth unit may have, the 8 that single out one row can be learned.",
        "The figure is the graph of a net with weights 1 between units 1 and 2 and -1 from both to unit 3, with threshold -1/2 there: each arrow is one asynchronous update, and none leads upwards. Beside it is the energy of the flip-flop, E = x1 x2, between its four states.",
      ],
      figure: {
        nodes,
        arrows: graph.flatMap(({ state, next }) =>
          next.map((to) => {
            const [a, b] = [state, to].map((name) => byName.get(name)!);
            return { x1: a.x, y1: a.energy, x2: b.x, y2: b.energy };
          }),
        ),
      },
    };
  },

  figure: (Plot, { figure: { nodes, arrows } }) => ({
    height: 420,
    marginRight: 24,
    x: { axis: null, domain: [-1.25, SURFACE.right + 0.1] },
    y: { label: "energy", inset: 24 },
    color: { type: "linear", domain: [-1, 1], range: [colours.ours, "#f1f3f5"] },
    marks: [
      ...surface(Plot),
      Plot.arrow(arrows, {
        x1: "x1",
        y1: "y1",
        x2: "x2",
        y2: "y2",
        stroke: colours.faint,
        strokeWidth: 1.5,
        inset: 21,
        headLength: 6,
      }),
      Plot.dot(nodes, {
        x: "x",
        y: "energy",
        r: 18,
        fill: "none",
        stroke: ({ fixed }: Node) => (fixed ? colours.published : colours.ours),
        strokeWidth: ({ fixed }: Node) => (fixed ? 3 : 1.5),
      }),
      Plot.text(nodes, { x: "x", y: "energy", text: "state", fontFamily: "monospace", fontWeight: 600, fontSize: 14 }),
      ...legend(Plot, [["stable states", colours.published]]),
    ],
  }),
};

/** Where the flip-flop's surface lies in the figure. */
const SURFACE = { left: 1.55, right: 3.05, bottom: -3.2, top: 0.6 };

/** The flip-flop's energy E = x1 x2 over the square between its states, in tiles. */
function surface(Plot: Plot): object[] {
  const tiles = 24;
  const x = (value: number) => SURFACE.left + ((value + 1) / 2) * (SURFACE.right - SURFACE.left);
  const y = (value: number) => SURFACE.bottom + ((value + 1) / 2) * (SURFACE.top - SURFACE.bottom);
  const edge = (k: number) => (2 * k) / tiles - 1;
  const squares = Array.from({ length: tiles * tiles }, (_, k) => {
    const [i, j] = [k % tiles, Math.floor(k / tiles)];
    return { x1: x(edge(i)), x2: x(edge(i + 1)), y1: y(edge(j)), y2: y(edge(j + 1)), E: edge(i + 0.5) * edge(j + 0.5) };
  });
  const corners = [
    { state: "--", x: x(-1), y: y(-1), dy: 16 },
    { state: "+-", x: x(1), y: y(-1), dy: 16 },
    { state: "-+", x: x(-1), y: y(1), dy: -14 },
    { state: "++", x: x(1), y: y(1), dy: -14 },
  ];
  const isStable = ({ state }: { state: string }) => state[0] !== state[1];
  return [
    Plot.rect(squares, { x1: "x1", x2: "x2", y1: "y1", y2: "y2", fill: "E", shapeRendering: "crispEdges" }),
    Plot.dot(corners.filter(isStable), { x: "x", y: "y", r: 7, fill: colours.published }),
    ...corners.map((corner) =>
      Plot.text([corner], { x: "x", y: "y", dy: corner.dy, text: "state", fontFamily: "monospace", fontWeight: 600 }),
    ),
    Plot.text([{ x: x(0), y: y(-1), text: "flip-flop: E = x1 x2" }], { x: "x", y: "y", dy: 16, text: "text" }),
  ];
}

function spins(state: string): number[] {
  return Array.from(state, (sign) => (sign === "+" ? 1 : -1));
}

function text(state: ArrayLike<number>): string {
  return Array.from(state, (spin) => (spin > 0 ? "+" : "-")).join("");
}

function sorted(states: readonly string[]): string {
  return [...states].sort().join(" ");
}

function statesOf(set: PatternSet): string[] {
  return Array.from({ length: set.count }, (_, r) => text(set.spins(r)));
}

function tableOf({ states }: LogicNetwork): string {
  return sorted(statesOf(states));
}

/** Whether any transition of any net raises the energy, and whether any net has no stable state. */
function threeUnits(nets: number, random: Random): [raising: string, unstable: string] {
  let raising = 0;
  let unstable = 0;
  for (let k = 0; k < nets; k++) {
    const [a, b, c, ...thresholds] = Array.from({ length: 6 }, () => random.normal());
    const { states } = stateGraph(
      new HopfieldNet(
        [
          [0, a, b],
          [a, 0, c],
          [b, c, 0],
        ],
        thresholds,
      ),
    );
    for (const { energy, asynchronous } of states) {
      // An energy is a sum of six terms: smaller differences are rounding errors.
      raising += asynchronous.filter(({ to }) => states[to].energy > energy + 1e-12).length;
    }
    if (!states.some(({ fixed }) => fixed)) unstable++;
  }
  return [raising === 0 ? "none" : `${raising}`, unstable === 0 ? "none" : `${unstable}`];
}

/** The stable states of the net that perceptron learning finds for a truth table, or "impossible". */
function learned(network: LogicNetwork): string {
  try {
    const { stable } = learnLogic(network);
    return sorted(statesOf(stable));
  } catch (error) {
    if (error instanceof DataError) return "impossible";
    throw error;
  }
}

/** The length of the cycle in which the net ends from (1, -1) when all units move at once. */
function cycleOf(weights: readonly (readonly number[])[]): string {
  return `${new HopfieldNet(weights).run([1, -1], { dynamics: synchronous() }).period}`;
}

/** Hebb with one pattern x: s W = (s x) x / n, the projection of s on x. */
function projectionPicture(random: Random, kernels: Kernels): [towards: string, away: string] {
  const units = 10;
  const stored = randomPatterns(1, units, random);
  const { interaction } = hebb({ selfCoupling: true }).learn(stored, kernels);
  const pattern = stored.spins(0);
  const { states } = stateGraph(new HopfieldNet(interaction));
  interaction.dispose();
  const word = pattern.reduce((sum, spin, i) => sum + (spin > 0 ? 2 ** i : 0), 0);
  const share = (sign: 1 | -1, goal: number) => {
    const side = states.filter(({ state }) => sign * state.reduce((sum, spin, i) => sum + spin * pattern[i], 0) > 0);
    const reached = side.filter(({ synchronous: next }) => next === goal).length;
    return reached === side.length ? "all" : `${reached} of ${side.length}`;
  };
  return [share(1, word), share(-1, 2 ** units - 1 - word)];
}
