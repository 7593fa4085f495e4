import type { Process } from "../../dynamics/index.js";
import { dot, largestMagnitude } from "../../math/vector.js";
import type { Lagrangian } from "../../units/index.js";
import { StepProcess } from "../step.js";

/** Two layers and the synapses between them. */
export interface Layers {
  readonly visible: Lagrangian;
  readonly hidden: Lagrangian;
  /** tau_h / tau_v */
  readonly hiddenTime: number;
  /** xi g */
  readonly upward: (g: Float64Array) => Float64Array;
  /** xi^T f */
  readonly downward: (f: Float64Array) => Float64Array;
  /** I */
  readonly input: Float64Array;
}

/** v and h with what follows from them. */
interface Point {
  readonly v: Float64Array;
  readonly h: Float64Array;
  readonly g: Float64Array;
  readonly f: Float64Array;
  /** xi g */
  readonly up: Float64Array;
  readonly energy: number;
  /** The largest term of the energy: its rounding errors are some 2^-53 of that. */
  readonly scale: number;
}

/** Rises of the energy up to this part of its largest term are rounding. */
const ROUNDING = 2 ** -44;

/** The shortest step; a flow that would need a shorter one stands still. */
const SHORTEST = 2 ** -40;

/** The flow of a large memory by Euler's steps, which are halved wherever one would raise the energy. */
export class Flow {
  halvings = 0;
  /** The step, in time constants of the visible units. */
  step: number;
  readonly #layers: Layers;
  #at: Point;

  constructor(layers: Layers, cue: Float64Array, step: number) {
    this.#layers = layers;
    this.step = step;
    this.#at = this.#pointAt(cue, undefined);
  }

  get energy(): number {
    return this.#at.energy;
  }

  get visible(): Float64Array {
    return this.#at.v;
  }

  get activations(): Float64Array {
    return this.#at.g;
  }

  get hiddenActivations(): Float64Array {
    return this.#at.f;
  }

  /** Makes a step. Returns whether the flow rests: no unit moves by more than `tolerance` of the largest in a time constant. */
  advance(tolerance: number): boolean {
    const { downward, input, hiddenTime } = this.#layers;
    const { v, h, f, up, energy, scale } = this.#at;
    const pull = downward(f);
    const speed = v.map((value, i) => pull[i] - value + input[i]);
    const hiddenSpeed = hiddenTime === 0 ? undefined : h.map((value, mu) => (up[mu] - value) / hiddenTime);
    const rests =
      largestMagnitude(speed) <= tolerance * Math.max(largestMagnitude(v), largestMagnitude(pull)) &&
      (hiddenSpeed === undefined ||
        largestMagnitude(hiddenSpeed) <= tolerance * Math.max(largestMagnitude(h), largestMagnitude(up)));
    if (rests) return true;
    for (;;) {
      const { step } = this;
      const next = this.#pointAt(
        v.map((value, i) => value + step * speed[i]),
        hiddenSpeed && h.map((value, mu) => value + step * hiddenSpeed[mu]),
      );
      if (next.energy <= energy + ROUNDING * Math.max(scale, next.scale)) {
        this.#at = next;
        return false;
      }
      // Nothing but rounding is left of the flow.
      if (step < SHORTEST) return true;
      this.step /= 2;
      this.halvings++;
    }
  }

  /** v as a process, of steps of the flow. */
  process(tolerance: number): Process<Float64Array> {
    return new StepProcess(this.visible.slice(), () => {
      const rests = this.advance(tolerance);
      return { state: this.visible.slice(), period: rests ? 1 : 0 };
    });
  }

  /** The point at v and h; h follows at once if it is left out. */
  #pointAt(v: Float64Array, given: Float64Array | undefined): Point {
    const { visible, hidden, upward, input } = this.#layers;
    const g = new Float64Array(v.length);
    visible.activate(v, g);
    const up = upward(g);
    const h = given ?? up;
    const f = new Float64Array(h.length);
    hidden.activate(h, f);
    const terms = [
      dot(
        v.map((value, i) => value - input[i]),
        g,
      ),
      -visible.value(v),
      dot(h, f),
      -hidden.value(h),
      -dot(f, up),
    ];
    const energy = terms.reduce((sum, term) => sum + term, 0);
    return { v, h, g, f, up, energy, scale: Math.max(...terms.map(Math.abs)) };
  }
}
