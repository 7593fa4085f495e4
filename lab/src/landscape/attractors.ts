/** Where moves lead: the sets of states that are never left, and how likely each of them is reached. */

export interface Move {
  readonly to: number;
  readonly probability: number;
}

export interface Ends {
  /** The sets of states that no move leaves, each in the order in which it is walked through where that is one cycle. */
  readonly sets: readonly (readonly number[])[];
  /** Whether each set is walked through in one order: a fixed point, or a cycle. */
  readonly isCycle: readonly boolean[];
  /** shares[state * sets + k]: the probability that a run from a state ends in set k. */
  readonly shares: Float64Array;
}

/** Sweeps of the linear equations of the shares; moves that lead downhill alone need one. */
const MOST_SWEEPS = 2000;

/**
 * The ends of runs by moves, which do not include staying where one is: the strongly connected components that no move
 * leaves (Tarjan 1972), and the probabilities p of ending there, p(s) = sum_t P(s, t) p(t) of the moves from s.
 */
export function endsOf(moves: readonly (readonly Move[])[]): Ends {
  const components = componentsOf(moves);
  const home = new Int32Array(moves.length);
  for (const [c, states] of components.entries()) for (const state of states) home[state] = c;
  const closed = components
    .filter((states, c) => states.every((state) => moves[state].every(({ to }) => home[to] === c)))
    .map((states) => walked(states, moves))
    .sort((a, b) => a.states[0] - b.states[0]);
  const count = closed.length;
  const shares = new Float64Array(moves.length * count);
  const isEnd = new Uint8Array(moves.length);
  for (const [k, { states }] of closed.entries()) {
    for (const state of states) {
      shares[state * count + k] = 1;
      isEnd[state] = 1;
    }
  }
  // Components come in an order in which moves lead to earlier ones.
  const order = components.flat().filter((state) => isEnd[state] === 0);
  for (let sweep = 0, change = 1; sweep < MOST_SWEEPS && change > 1e-9; sweep++) {
    change = 0;
    for (const state of order) change = Math.max(change, average(moves[state], shares, state, count));
  }
  return { sets: closed.map(({ states }) => states), isCycle: closed.map(({ isCycle }) => isCycle), shares };
}

/** Sets the shares of a state to the mean of those that its moves lead to; returns the largest change. */
function average(moves: readonly Move[], shares: Float64Array, state: number, count: number): number {
  const leaving = moves.reduce((sum, { probability }) => sum + probability, 0);
  let change = 0;
  for (let k = 0; k < count; k++) {
    let mean = 0;
    for (const { to, probability } of moves) mean += (probability / leaving) * shares[to * count + k];
    change = Math.max(change, Math.abs(mean - shares[state * count + k]));
    shares[state * count + k] = mean;
  }
  return change;
}

/** The states in the order of their moves, where each has one. */
function walked(states: readonly number[], moves: readonly (readonly Move[])[]) {
  const least = Math.min(...states);
  if (states.length === 1) return { states, isCycle: true };
  if (states.some((state) => moves[state].length !== 1))
    return { states: [...states].sort((a, b) => a - b), isCycle: false };
  const order = [least];
  for (let s = moves[least][0].to; s !== least; s = moves[s][0].to) order.push(s);
  return { states: order, isCycle: true };
}

/** The strongly connected components, each after those that its moves lead to (Tarjan 1972). */
function componentsOf(moves: readonly (readonly Move[])[]): number[][] {
  const index = new Int32Array(moves.length).fill(-1);
  const low = new Int32Array(moves.length);
  const isOnStack = new Uint8Array(moves.length);
  const stack: number[] = [];
  const found: number[][] = [];
  let next = 0;
  const visit = (state: number) => {
    index[state] = next;
    low[state] = next++;
    stack.push(state);
    isOnStack[state] = 1;
    for (const { to } of moves[state]) {
      if (index[to] < 0) visit(to);
      if (isOnStack[to]) low[state] = Math.min(low[state], low[to]);
    }
    if (low[state] !== index[state]) return;
    const component: number[] = [];
    for (let member = -1; member !== state; ) {
      member = stack.pop() as number;
      isOnStack[member] = 0;
      component.push(member);
    }
    found.push(component);
  };
  for (let state = 0; state < moves.length; state++) if (index[state] < 0) visit(state);
  return found;
}
