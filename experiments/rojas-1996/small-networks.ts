import {
  census,
  DataError,
  HopfieldNet,
  hebb,
  type Kernels,
  type LearningRule,
  PatternSet,
  perceptron,
  type Random,
  randomPatterns,
  stateGraph,
  synchronous,
} from "engram";
import { colours, type Experiment, legend } from "../experiment.js";
import { exact } from "../statistics.js";
import { citation } from "./basin-counts.js";

interface Parameters {
  /** Random symmetric nets of three units whose transitions are gone through. */
  readonly nets: number;
}

interface Part {
  /** What each small net was found to do, in the order of `PUBLISHED`. */
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

/** Truth tables with the result in the third unit; states are written with + for +1 and - for -1. */
const OR = ["---", "+-+", "-++", "+++"];
const XOR = ["---", "+-+", "-++", "++-"];
/** The fourth unit is the OR of the inputs: then one unit tells apart what three cannot. */
const XOR_WITH_FOURTH = ["----", "+-++", "-+++", "++-+"];

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
  ["flip-flop (weight -1): stable states", "+- -+"],
  ["flip-flop: energies of --, +-, -+, ++", "1 -1 -1 1"],
  ["OR with three units, the third learned: stable states", sorted(OR)],
  ["XOR with three units: perceptron learning", "impossible"],
  ["XOR with four units, learned: stable states", sorted(XOR_WITH_FOURTH)],
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
  version: 1,
  settings: { quick: { nets: 200 }, full: { nets: 10_000 } },
  tasks: () => 1,

  run({ nets }, _, { random, kernels }) {
    const flipFlop = new HopfieldNet([
      [0, -1],
      [-1, 0],
    ]);
    const found = [
      ...threeUnits(nets, random.fork(0)),
      stableStates(flipFlop),
      ["--", "+-", "-+", "++"].map((state) => flipFlop.energy(spins(state))).join(" "),
      stableStates(orNet()),
      learned(XOR, perceptron(), kernels),
      learned(XOR_WITH_FOURTH, perceptron(), kernels),
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
        `The first two rows are over ${nets} random symmetric nets with normal weights and thresholds and a zero diagonal.`,
        "Two stable states that differ in one unit leave that unit a field of zero: so in the OR net the inputs, whatever the result is, feel nothing when it is +1, and keep their states. Only the third unit is learned.",
        "XOR with three units is not linearly separable, and perceptron learning gives up; with a fourth unit that is the OR of the inputs, perceptron learning finds weights and thresholds, and there are no other stable states.",
        "The figure is the graph of a net with weights 1 between units 1 and 2 and -1 from both to unit 3, with threshold -1/2 there: each arrow is one asynchronous update, and none leads upwards.",
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
    x: { axis: null, domain: [-1.25, 1.25] },
    y: { label: "energy", inset: 24 },
    marks: [
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

function spins(state: string): number[] {
  return Array.from(state, (sign) => (sign === "+" ? 1 : -1));
}

function text(state: ArrayLike<number>): string {
  return Array.from(state, (spin) => (spin > 0 ? "+" : "-")).join("");
}

function sorted(states: readonly string[]): string {
  return [...states].sort().join(" ");
}

function stableStates(net: HopfieldNet): string {
  const nothing = [new Int8Array(net.units).fill(1)];
  return sorted(census(net, nothing).entries.map(({ state }) => text(state)));
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
      // An energy is a sum of six terms: what it differs by from itself is rounding.
      raising += asynchronous.filter(({ to }) => states[to].energy > energy + 1e-12).length;
    }
    if (!states.some(({ fixed }) => fixed)) unstable++;
  }
  return [raising === 0 ? "none" : `${raising}`, unstable === 0 ? "none" : `${unstable}`];
}

/** Three units of which the third learns, as a perceptron, the OR of the others, which feel nothing when it is +1. */
function orNet(): HopfieldNet {
  let [w1, w2, theta] = [0, 0, 0];
  for (let wrong = 1; wrong > 0; ) {
    wrong = 0;
    for (const [x1, x2, y] of OR.map(spins)) {
      if (y * (w1 * x1 + w2 * x2 - theta) > 0) continue;
      wrong++;
      w1 += y * x1;
      w2 += y * x2;
      theta -= y;
    }
  }
  return new HopfieldNet(
    [
      [0, 0, w1],
      [0, 0, w2],
      [w1, w2, 0],
    ],
    [w1, w2, theta],
  );
}

/** The stable states of the net that a rule makes of these states, or that there is none. */
function learned(states: readonly string[], rule: LearningRule, kernels: Kernels): string {
  try {
    const { couplings, thresholds } = rule.learn(PatternSet.from(states.map(spins)), kernels);
    const stable = stableStates(new HopfieldNet(couplings, thresholds));
    couplings.dispose();
    return stable;
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
  const { couplings } = hebb({ selfCoupling: true }).learn(stored, kernels);
  const pattern = stored.spins(0);
  const { states } = stateGraph(new HopfieldNet(couplings));
  couplings.dispose();
  const word = pattern.reduce((sum, spin, i) => sum + (spin > 0 ? 2 ** i : 0), 0);
  const share = (sign: 1 | -1, goal: number) => {
    const side = states.filter(({ state }) => sign * state.reduce((sum, spin, i) => sum + spin * pattern[i], 0) > 0);
    const reached = side.filter(({ synchronous: next }) => next === goal).length;
    return reached === side.length ? "all" : `${reached} of ${side.length}`;
  };
  return [share(1, word), share(-1, 2 ** units - 1 - word)];
}
