import { referenceKernels } from "engram/kernels";
import { type ModernAttractor, ModernMemory } from "engram/memories";
import { type Point, reach, type SurfaceSetting } from "./setting.js";

/** Points along an edge of the grid of energies. */
export const GRID = 41;
/** Arrows of the gradient along an edge. */
const ARROWS = 13;
/** Steps of a retrieval that are followed. */
const LONGEST = 200;
/** Fixed points closer than this are one. */
const CLOSE = 0.01;

/** A retrieval from a start to where it stays. */
export interface Trajectory {
  readonly points: readonly Point[];
  readonly end: End;
}

/** Where retrievals end. */
export interface End {
  readonly at: Point;
  readonly kind: ModernAttractor["kind"];
  /** The pattern that is nearest, and the number of patterns that have 90 % of the weight. */
  readonly nearest: number;
  readonly effective: number;
  readonly weights: Float64Array;
  readonly energy: number;
}

/** The energy of a modern memory over the plane. */
export interface Surface {
  /** E at the points of the grid, row by row from the lower left corner. */
  readonly energies: Float64Array;
  readonly low: number;
  readonly high: number;
  /** -grad E = X softmax(beta X^T xi) - xi at some points. */
  readonly arrows: readonly { readonly at: Point; readonly to: Point }[];
  /** The fixed points that retrievals from the patterns and from a grid end at. */
  readonly ends: readonly End[];
  readonly trajectories: readonly Trajectory[];
}

/** The memory of the surface: the similarity of softmax(beta X^T xi) is the product. */
export function memoryOf({ patterns, beta }: SurfaceSetting): ModernMemory {
  const memory = new ModernMemory(2, { beta, similarity: "dot", kernels: referenceKernels });
  return memory.store(patterns.map((point) => [...point]));
}

/** The coordinate of a point of a grid with so many along an edge. */
export function coordinate(k: number, count: number): number {
  return reach * ((2 * k) / (count - 1) - 1);
}

/** Everything that the picture shows; some tens of milliseconds. */
export function surfaceOf(setting: SurfaceSetting): Surface {
  const memory = memoryOf(setting);
  const energies = new Float64Array(GRID * GRID);
  for (let r = 0; r < GRID; r++) {
    for (let c = 0; c < GRID; c++) energies[r * GRID + c] = memory.energy([coordinate(c, GRID), coordinate(r, GRID)]);
  }
  const arrows = Array.from({ length: ARROWS * ARROWS }, (_, k) => {
    const at: Point = [coordinate(k % ARROWS, ARROWS), coordinate(Math.floor(k / ARROWS), ARROWS)];
    return { at, to: stepFrom(memory, at) };
  });
  const starts = [...setting.patterns, ...arrows.filter((_, k) => k % 8 === 0).map(({ at }) => at)];
  const ends: End[] = [];
  for (const start of starts) {
    const end = stableEndFrom(memory, start);
    const isNew = ends.every(({ at }) => Math.hypot(at[0] - end.at[0], at[1] - end.at[1]) > CLOSE);
    if (isNew) ends.push(end);
  }
  return {
    energies,
    low: energies.reduce((least, x) => Math.min(least, x)),
    high: energies.reduce((most, x) => Math.max(most, x)),
    arrows,
    ends,
    trajectories: setting.starts.map((start) => trajectoryFrom(memory, start)),
  };
}

function stepFrom(memory: ModernMemory, from: Point): Point {
  const run = memory.start([...from]);
  run.advance(1);
  const [x, y] = run.read();
  return [x, y];
}

/** The end from beside where a retrieval stays, which may be a saddle between two patterns. */
function stableEndFrom(memory: ModernMemory, start: Point): End {
  const [x, y] = endFrom(memory, start).at;
  return endFrom(memory, [x + 0.003, y - 0.007]);
}

function endFrom(memory: ModernMemory, start: Point): End {
  const { state, attractor, nearest, effective, energy } = memory.recall([...start]);
  return {
    at: [state[0], state[1]],
    kind: attractor.kind,
    nearest: nearest.index,
    effective,
    weights: memory.weights(state),
    energy: energy as number,
  };
}

function trajectoryFrom(memory: ModernMemory, start: Point): Trajectory {
  const run = memory.start([...start]);
  const points: Point[] = [start];
  while (run.period === 0 && points.length < LONGEST) {
    run.advance(1);
    const [x, y] = run.read();
    points.push([x, y]);
  }
  return { points, end: endFrom(memory, start) };
}

/** A piece of a contour line. */
export type Segment = readonly [x1: number, y1: number, x2: number, y2: number];

/** The lines along which a grid of values has some level, piece by piece, in units of the grid (marching squares). */
export function contour(values: ArrayLike<number>, size: number, level: number): Segment[] {
  const found: Segment[] = [];
  for (let r = 0; r + 1 < size; r++) {
    for (let c = 0; c + 1 < size; c++) {
      const corners = [
        [c, r],
        [c + 1, r],
        [c + 1, r + 1],
        [c, r + 1],
      ].map(([x, y]) => ({ x, y, value: values[y * size + x] - level }));
      const crossings: [number, number][] = [];
      for (let k = 0; k < 4; k++) {
        const [a, b] = [corners[k], corners[(k + 1) % 4]];
        if (a.value < 0 === b.value < 0) continue;
        const part = a.value / (a.value - b.value);
        crossings.push([a.x + part * (b.x - a.x), a.y + part * (b.y - a.y)]);
      }
      for (let k = 0; k + 1 < crossings.length; k += 2) {
        found.push([...crossings[k], ...crossings[k + 1]]);
      }
    }
  }
  return found;
}

/** Levels that lie closer together near the bottom, where the valleys are. */
export function levels({ low, high }: Pick<Surface, "low" | "high">, count = 14): number[] {
  return Array.from({ length: count }, (_, k) => low + (high - low) * ((k + 0.5) / count) ** 2);
}
