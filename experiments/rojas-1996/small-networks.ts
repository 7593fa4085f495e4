import { DataError, HopfieldNet, hebb, PatternSet, type Random, randomPatterns, stateGraph, synchronous } from "engram";
import type { Kernels } from "engram/kernels";
import { type LogicNetwork, learnLogic, logicNetworks } from "engram/memories";
import { colours, type Experiment, legend, type Plot } from "../experiment.js";
import { derived, exact } from "../statistics.js";
import { citation } from "./basin-counts.js";

interface Parameters {
  /** Number of random symmetric nets of three units whose transitions are enumerated. */
  readonly nets: number;
}

interface Part {
  /** The behaviour of each small net, in the order of `CLAIMS`. */
  readonly found: readonly string[];
  /** Lengths of the cycles of the two nets that oscillate. */
  readonly cycles: readonly number[];
  /** The fourth units with which XOR can be learned, one sign a state. */
  readonly fourth: readonly string[];
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

/** A claim about a small net: what the source prints, or what our theory says where it prints nothing. */
interface Claim {
  readonly label: string;
  readonly published?: string;
  readonly theory?: string;
  readonly explained?: string;
}

/** The tables of stable states as they are printed, one row a state. */
const PRINTED = {
  or: ["---", "+-+", "-++", "++-"],
  xor: ["---+", "+-++", "-+++", "++--"],
};

const NORMS = [10, 100];

const CLAIMS: readonly Claim[] = [
  { label: "symmetric nets of three units: transitions that raise the energy", published: "none" },
  { label: "symmetric nets of three units: without a stable state", published: "none" },
  { label: "flip-flop, learned: stable states", published: sorted(["+-", "-+"]) },
  { label: "flip-flop with weight -1: energies of --, +-, -+, ++, as E = x1 x2", published: "1 -1 -1 1" },
  {
    label: "OR, the printed table: stable states of what is learned",
    published: sorted(PRINTED.or),
    explained:
      "a misprint: the last state of an OR is + + +. With + + - the third unit is the XOR of the others, and the four values of x_3 h_3 add up to 0 for any weights, so that they are not all positive",
  },
  { label: "OR with the last state + + +: stable states of what is learned", theory: tableOf(logicNetworks.or) },
  { label: "XOR, the printed table: stable states of what is learned", published: sorted(PRINTED.xor) },
  { label: "XOR: fourth units, of 16, with which its table is learned", theory: "8" },
  { label: "XOR with three units: perceptron learning", theory: "impossible" },
  { label: "diagonal of -1", published: "oscillates" },
  { label: "antisymmetric weights with a zero diagonal", published: "oscillates" },
  { label: "Hebb, one stored x of ten units: states with s x > 0 that become x at once", published: "all" },
  { label: "Hebb, one stored x of ten units: states with s x < 0 that become -x at once", published: "all" },
  ...NORMS.map((n) => ({
    label: `W = x^T x - I: E(x) for ${n} units, as -n^2 / 2 + n / 2`,
    published: `${-(n * n) / 2 + n / 2}`,
  })),
  { label: "W = x^T x - I, ten units: states with an energy below E(x)", published: "none" },
  {
    label: "Hebb, 10 patterns in 100 units: units where e = x1 W is not (n - m) x1 + sum alpha_1j x_j",
    published: "none",
  },
];

/** The small nets of the chapters on associative memory and on Hopfield nets. */
export const smallNetworks: Experiment<Parameters, Part, Figure> = {
  id: "rojas-1996/small-networks",
  title: "Small networks: state graph and energies, flip-flop, OR, XOR, two nets that oscillate, Hebb's projection",
  citation,
  where:
    "the small examples: projections, flip-flop, OR, XOR, two nets that oscillate, and Hebbian learning of Hopfield nets",
  version: 3,
  settings: { quick: { nets: 200 }, full: { nets: 10_000 } },
  tasks: () => 1,

  run({ nets }, _, { random, kernels }) {
    const flipFlop = new HopfieldNet([
      [0, -1],
      [-1, 0],
    ]);
    const cycles = [
      cycleOf([
        [-1, 0],
        [0, -1],
      ]),
      cycleOf([
        [0, 1],
        [-1, 0],
      ]),
    ];
    const fourth = fourthUnits();
    const found = [
      ...threeUnits(nets, random.fork(0)),
      learned(logicNetworks.flipFlop),
      ["--", "+-", "-+", "++"].map((state) => flipFlop.energy(spins(state))).join(" "),
      learned(networkOf("OR as printed", PRINTED.or)),
      learned(logicNetworks.or),
      learned(networkOf("XOR as printed", PRINTED.xor)),
      `${fourth.length}`,
      learned(logicNetworks.xorOfThree),
      ...cycles.map((period) => (period > 1 ? "oscillates" : "settles")),
      ...projectionPicture(random.fork(1), kernels),
      ...NORMS.map((n, k) => `${storedEnergy(n, random.fork(2 + k))}`),
      lowerEnergies(random.fork(4)),
      excitation(random.fork(5)),
    ];
    const { states } = stateGraph(new HopfieldNet(THREE.weights, THREE.thresholds));
    const graph = states.map(({ state, energy, asynchronous, word }) => ({
      state: text(state),
      energy,
      next: asynchronous.filter(({ to }) => to !== word).map(({ to }) => text(states[to].state)),
    }));
    return { found, cycles, fourth, graph };
  },

  summarize({ nets }, [{ found, cycles, fourth, graph }]) {
    const x = (k: number) => [-1, -0.25, 0.5, 0.75, -0.6, -0.5, 0.3, 0.9][k];
    const nodes = graph.map(({ state, energy, next }, k) => ({ state, energy, x: x(k), fixed: next.length === 0 }));
    const byName = new Map(nodes.map((node) => [node.state, node]));
    return {
      rows: CLAIMS.map(({ label, published, theory, explained }, k) =>
        published === undefined
          ? derived(label, theory ?? "", found[k])
          : exact(label, published, found[k], { explained }),
      ),
      notes: [
        "The tables of OR and XOR are the printed ones; their rows are sorted. The slides print no XOR of three units: that no net holds it is our remark, by the same sum as that of the misprint.",
        `The first two rows are over ${nets} random symmetric nets with normal weights and thresholds and a zero diagonal.`,
        "Two stable states that differ in one unit leave that unit a field of zero: the OR net is learned under that condition, and an input that could be either keeps its state.",
        `Of the 16 columns that a fourth unit of the XOR net may have, one sign a state, these can be learned: ${fourth.join(", ")}: each singles out one of the four states, as the printed +++- (not both inputs) does. No net learned here has other stable states than those of its table.`,
        `The nets that oscillate, all units at once from (1, -1): a cycle of ${cycles[0]} states with the diagonal of -1, of ${cycles[1]} with antisymmetric weights.`,
        "Weights in the rows of Hebbian learning are the slides' own, sums of x^T x - I, n times those of Engram's rule. The slides print these sums once with x x^T, which is a number for a row x, and the perceptron's conditions once with < 0 and once, rightly, with > 0; the lecture of week 2 calls W = x^T y symmetric, which it is for y = x.",
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
  return [countOf(raising), countOf(unstable)];
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

/** A network of the states of a table. */
function networkOf(name: string, table: readonly string[]): LogicNetwork {
  return { name, units: [], states: PatternSet.from(table.map(spins)) };
}

/** The columns that a fourth unit of the XOR net may have, one sign a state. */
function fourthUnits(): string[] {
  const inputs = statesOf(logicNetworks.xorOfThree.states);
  const columns = Array.from({ length: 16 }, (_, k) => text(inputs.map((_, r) => ((k >> r) & 1) * 2 - 1)));
  const table = (column: string) => inputs.map((state, r) => state + column[r]);
  return columns.filter((column) => learned(networkOf(column, table(column))) === sorted(table(column)));
}

/** The length of the cycle in which the net ends from (1, -1) when all units move at once. */
function cycleOf(weights: readonly (readonly number[])[]): number {
  return new HopfieldNet(weights).run([1, -1], { dynamics: synchronous() }).period;
}

/** The net of W = sum x^T x - m I, whole numbers. */
function hebbNet(patterns: PatternSet): HopfieldNet {
  const rows = Array.from({ length: patterns.count }, (_, mu) => patterns.spins(mu));
  const units = Array.from({ length: patterns.units }, (_, i) => i);
  return new HopfieldNet(
    units.map((i) => units.map((j) => (i === j ? 0 : rows.reduce((sum, x) => sum + x[i] * x[j], 0)))),
  );
}

function storedEnergy(units: number, random: Random): number {
  const stored = randomPatterns(1, units, random);
  return hebbNet(stored).energy(stored.spins(0));
}

/** How many states of ten units have a lower energy than the one stored. */
function lowerEnergies(random: Random): string {
  const stored = randomPatterns(1, 10, random);
  const net = hebbNet(stored);
  const least = net.energy(stored.spins(0));
  return countOf(stateGraph(net).states.filter(({ energy }) => energy < least).length);
}

/** How many units have another excitation than (n - m) x1 + sum alpha_1j x_j, alpha_1j = x1 x_j. */
function excitation(random: Random): string {
  const [n, m] = [100, 10];
  const patterns = randomPatterns(m, n, random);
  const rows = Array.from({ length: m }, (_, mu) => patterns.spins(mu));
  const dot = (a: ArrayLike<number>, b: ArrayLike<number>) => Array.from(a).reduce((sum, x, i) => sum + x * b[i], 0);
  const excitations = hebbNet(patterns).fields(patterns.select([0]).bits);
  const others = rows.slice(1).map((x) => ({ x, alpha: dot(rows[0], x) }));
  const wrong = Array.from(rows[0]).filter(
    (spin, i) => excitations[i] !== (n - m) * spin + others.reduce((sum, { x, alpha }) => sum + alpha * x[i], 0),
  );
  return countOf(wrong.length);
}

function countOf(count: number): string {
  return count === 0 ? "none" : `${count}`;
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
