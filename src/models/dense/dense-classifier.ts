import {
  ArgumentError,
  DataError,
  requireFiniteResults,
  requireInteger,
  requireNumber,
  ShapeError,
} from "../../errors.js";
import { MOST_CLASSES } from "../../kernels/energy-gaps.js";
import { buildFitting, defaultWorkspace, type MakeWorkspace } from "../../kernels/index.js";
import { asData, type Data, type DataMatrix } from "../../math/data-matrix.js";
import { log, pow, tanh } from "../../math/elementary.js";
import { type Matrix, matrix } from "../../math/matrix.js";
import type { Random } from "../../math/random.js";
import { GapPass } from "./gap-pass.js";

/** Two forms of the classifier; see `DenseClassifier`. */
export type DenseForm = "direct" | "dual";

/** What a dense classifier is besides its memories. */
export interface DenseSetting {
  /** Number of classes; the last values of each memory belong to them. */
  readonly classes: number;
  /** The power n: of F in the direct form, at least 2; of f in the dual form, at least 1. */
  readonly power: number;
  /** T, in pixels: beta = 1 / T^n. */
  readonly temperature: number;
  /** Defaults to "direct". */
  readonly form?: DenseForm | undefined;
}

/** A dense classifier with given memories. */
export interface DenseParts extends DenseSetting {
  /** K x (pixels + classes), each value from -1 to 1. */
  readonly memories: Matrix;
}

/** A dense classifier with random memories. */
export interface RandomDense extends DenseSetting {
  readonly pixels: number;
  /** K. */
  readonly memories: number;
  /** Mean and standard deviation of the values of the memories, which are cut at -1 and 1. */
  readonly mean: number;
  readonly deviation: number;
  readonly random: Random;
}

/** Options of computing with a dense classifier. */
export interface DenseComputing {
  /** Where the work is done; does not affect results. */
  readonly workspace?: MakeWorkspace | undefined;
}

/** How the memories share the decision about each row; see `DenseClassifier.leaders`. */
export interface Leaders {
  /** The memory that contributes most to the gap of the class that is found. */
  readonly memory: Uint32Array;
  /** Number of memories that contribute more than the cutoff times the largest contribution, itself included. */
  readonly near: Uint32Array;
  /** The largest contribution over the sum of all positive ones; 0 if there is none. */
  readonly share: Float64Array;
}

/** Number of rows per batch. */
const ROWS = 256;

/** The logarithm to base 2 of the largest sum of powers: products and sums over a batch still fit in single precision. */
const LARGEST = 100;

/**
 * The classifier of a dense associative memory (Krotov and Hopfield, Dense associative memory for pattern recognition, 2016,
 * equation 9). Pixels v in [-1, 1] are clamped, all class units are off, x = -1, and each is updated once from there:
 *
 *     gap_c = beta sum_mu [F(xi^mu . (v, x with x_c = +1)) - F(xi^mu . (v, x))],   F(z) = max(z, 0)^n,   beta = 1 / T^n,
 *
 * with the output tanh(gap_c): an energy difference, E(off) - E(on), times beta. The class with the largest gap is chosen.
 * The dual form is the feed-forward net to which the direct one tends for small class units (section 5 and appendix A):
 *
 *     gap_c = beta sum_mu xi^mu_c f(xi^mu . v),   f(z) = max(z, 0)^n.
 *
 * f is the derivative of F, so that the n of the dual form is one less than that of the direct form for the same classifier, and
 * so is the n in beta = 1 / T^n: n = 2 and rectified linear units, n = 1, belong together. The paper counts by the direct form.
 * Overlaps are computed in single precision, with the same bits on every machine.
 */
export class DenseClassifier {
  /** K x (pixels + classes). Training changes them in place. */
  readonly memories: Matrix;
  readonly classes: number;
  readonly power: number;
  readonly form: DenseForm;
  #temperature: number;

  /**
   * @throws ArgumentError for a power, temperature or number of classes that is not valid, or powers that overflow single
   *   precision; ShapeError for memories without pixels; DataError for a value outside [-1, 1]
   */
  constructor({ memories, classes, power, temperature, form = "direct" }: DenseParts) {
    if (form !== "direct" && form !== "dual") {
      throw new ArgumentError(`form is ${JSON.stringify(form)}; expected "direct" or "dual"`);
    }
    requireInteger("classes", classes, 2, MOST_CLASSES);
    requireInteger("power", power, form === "direct" ? 2 : 1, 1000);
    const { rows, columns, values } = memories;
    if (!(rows > 0 && columns > classes)) {
      const found = `memories is ${rows} x ${columns}`;
      throw new ShapeError(
        `${found}; expected at least one memory of more than ${classes} values, one a class at the end`,
      );
    }
    const bad = values.findIndex((value) => !(value >= -1 && value <= 1));
    if (bad >= 0) {
      const place = `memories[${Math.floor(bad / columns)}][${bad % columns}]`;
      throw new DataError(`${place} is ${values[bad]}; expected a number from -1 to 1`);
    }
    this.memories = memories;
    this.classes = classes;
    this.power = power;
    this.form = form;
    this.requireTemperature("temperature", temperature);
    this.#temperature = temperature;
  }

  /** Memories whose values are normal, cut at -1 and 1. Throws what the constructor throws. */
  static random({ pixels, memories, mean, deviation, random, ...setting }: RandomDense): DenseClassifier {
    requireInteger("pixels", pixels, 1);
    requireInteger("memories", memories, 1);
    requireNumber("mean", mean, -1, 1);
    requireNumber("deviation", deviation, 0);
    requireInteger("classes", setting.classes, 2, MOST_CLASSES);
    const columns = pixels + setting.classes;
    const values = Float64Array.from({ length: memories * columns }, () =>
      Math.max(-1, Math.min(1, mean + deviation * random.normal())),
    );
    return new DenseClassifier({ ...setting, memories: matrix(memories, columns, values) });
  }

  get pixels(): number {
    return this.memories.columns - this.classes;
  }

  get temperature(): number {
    return this.#temperature;
  }

  /** Training may change it. Throws what `requireTemperature` throws. */
  set temperature(value: number) {
    this.requireTemperature("temperature", value);
    this.#temperature = value;
  }

  /**
   * Checks a temperature of this classifier.
   *
   * @throws ArgumentError unless it is a number above 0 at which no sum of powers overflows
   */
  requireTemperature(name: string, temperature: number): void {
    if (!(temperature > 0 && temperature < Number.POSITIVE_INFINITY)) {
      throw new ArgumentError(`${name} is ${temperature}; expected a number above 0`);
    }
    const { rows, columns } = this.memories;
    const room = (LARGEST * log(2) - log(rows)) / log(columns / temperature);
    if (!(columns > temperature && this.power > room)) return;
    const fits = Math.floor(room);
    const least = Math.ceil(columns / pow(2, LARGEST / this.power - log(rows) / log(2) / this.power));
    const remedy = `use a power of at most ${fits}, or a temperature of at least ${least}`;
    throw new ArgumentError(
      `power ${this.power} at ${name} ${temperature} overflows: (${columns} / ${temperature})^${this.power} is beyond single precision; ${remedy}`,
    );
  }

  copy(): DenseClassifier {
    const { memories, classes, power, temperature, form } = this;
    return new DenseClassifier({
      memories: { ...memories, values: memories.values.slice() },
      classes,
      power,
      temperature,
      form,
    });
  }

  /**
   * gap_c of every row, rows x classes.
   *
   * @param images rows of pixels from -1 to 1
   * @throws ShapeError for rows of another width, DataError for pixels outside [-1, 1]
   */
  gaps(images: Data, options: DenseComputing = {}): Matrix {
    const data = this.#checked(images);
    const out = matrix(data.rows, this.classes);
    this.#each(data, options, (pass, from, count) => {
      out.values.set(pass.gaps.subarray(0, count * this.classes), from * this.classes);
    });
    requireFiniteResults("gaps", out.values);
    return out;
  }

  /** The outputs tanh(gap_c), from -1 to 1, rows x classes. Throws what `gaps` throws. */
  outputs(images: Data, options: DenseComputing = {}): Matrix {
    const gaps = this.gaps(images, options);
    return { ...gaps, values: gaps.values.map(tanh) };
  }

  /** The class of every row, that with the largest gap, and the lowest of equals. Throws what `gaps` throws. */
  predict(images: Data, options: DenseComputing = {}): Uint32Array {
    const { rows, columns, values } = this.gaps(images, options);
    return Uint32Array.from({ length: rows }, (_, r) => largestOf(values.subarray(r * columns, (r + 1) * columns)));
  }

  /**
   * The derivatives of sum_c w_rc gap_c by the pixels of every row, rows x pixels, such as those of one gap, or of the difference of
   * two (Krotov and Hopfield, Dense associative memory is robust to adversarial inputs, 2018).
   *
   * @param weights w, rows x classes
   * @throws what `gaps` throws, and ShapeError or DataError for weights that do not fit
   */
  gapGradients(images: Data, weights: Data, { workspace = defaultWorkspace }: DenseComputing = {}): Matrix {
    const data = this.#checked(images);
    const w = asData("weights", weights, this.classes);
    if (w.rows !== data.rows)
      throw new ShapeError(`weights has ${w.rows} rows for ${data.rows} images; give one a row`);
    const { pixels, classes, memories, power, temperature } = this;
    const size = Math.min(ROWS, data.rows);
    const { workspace: room, built } = buildFitting(workspace, (place) => ({
      pass: new GapPass(place, this.#sizes(), size),
      memories: place.float32(memories.values.length),
      out: place.float32(size * memories.columns),
    }));
    try {
      const { pass } = built;
      pass.load(memories);
      built.memories.set(memories.values);
      const all = matrix(data.rows, pixels);
      for (let from = 0; from < data.rows; from += size) {
        const rows = fillRows(pass, data, from, size);
        pass.run(rows, temperature);
        pass.weights.set(w.values.subarray(from * classes, (from + rows) * classes));
        const a = { kind: "dense", values: pass.overlapGradient(rows) } as const;
        const [inner, columns] = [memories.rows, memories.columns];
        const scale = power / temperature;
        room.product({ rows, inner, columns, a, b: built.memories, out: built.out, scale });
        for (let r = 0; r < rows; r++) {
          all.values.set(built.out.subarray(r * columns, r * columns + pixels), (from + r) * pixels);
        }
      }
      requireFiniteResults("gradients", all.values);
      return all;
    } finally {
      room.dispose();
    }
  }

  /**
   * The number of classes that each memory votes for: those of its class values that are above a cutoff. The paper calls
   * memories with three to five votes features, and those with one prototypes.
   */
  votes(cutoff = 0.9): Uint32Array {
    const { rows, columns, values } = this.memories;
    return Uint32Array.from({ length: rows }, (_, mu) => {
      const own = values.subarray(mu * columns + this.pixels, (mu + 1) * columns);
      return own.reduce((count, value) => count + (value > cutoff ? 1 : 0), 0);
    });
  }

  /**
   * For every row, which memory contributes most to the gap of the class that is found, and how many others contribute as much.
   * Throws what `gaps` throws.
   *
   * @param cutoff a contribution counts above this part of the largest; defaults to 0.9, the paper's
   */
  leaders(images: Data, { cutoff = 0.9, ...options }: DenseComputing & { readonly cutoff?: number } = {}): Leaders {
    requireNumber("cutoff", cutoff, 0, 1);
    const data = this.#checked(images);
    const found = {
      memory: new Uint32Array(data.rows),
      near: new Uint32Array(data.rows),
      share: new Float64Array(data.rows),
    };
    const parts = new Float64Array(this.memories.rows);
    this.#each(data, options, (pass, from, count) => {
      for (let r = 0; r < count; r++) {
        const c = largestOf(pass.gaps.subarray(r * this.classes, (r + 1) * this.classes));
        let [leader, positive] = [0, 0];
        for (let mu = 0; mu < parts.length; mu++) {
          parts[mu] = pass.contribution(r, c, mu);
          if (parts[mu] > parts[leader]) leader = mu;
          positive += Math.max(0, parts[mu]);
        }
        const largest = parts[leader];
        found.memory[from + r] = leader;
        if (!(largest > 0)) continue;
        found.near[from + r] = parts.reduce((near, part) => near + (part > cutoff * largest ? 1 : 0), 0);
        found.share[from + r] = largest / positive;
      }
    });
    return found;
  }

  /** Runs batch after batch; `then` gets the row at which each begins and its number of rows. */
  #each(
    data: DataMatrix,
    { workspace = defaultWorkspace }: DenseComputing,
    then: (pass: GapPass, from: number, rows: number) => void,
  ): void {
    const size = Math.min(ROWS, data.rows);
    const { workspace: room, built: pass } = buildFitting(
      workspace,
      (place) => new GapPass(place, this.#sizes(), size),
    );
    try {
      pass.load(this.memories);
      for (let from = 0; from < data.rows; from += size) {
        const rows = fillRows(pass, data, from, size);
        pass.run(rows, this.temperature);
        then(pass, from, rows);
      }
    } finally {
      room.dispose();
    }
  }

  #sizes() {
    const { pixels, classes, memories, power, form } = this;
    return { pixels, classes, memories: memories.rows, power, form };
  }

  #checked(images: Data): DataMatrix {
    const data = asData("images", images, this.pixels);
    requirePixels("images", data.values, this.pixels);
    return data;
  }
}

/** Sets the pixels of a batch; returns its number of rows. */
function fillRows(pass: GapPass, { rows, columns, values }: DataMatrix, from: number, size: number): number {
  const count = Math.min(size, rows - from);
  for (let r = 0; r < count; r++) pass.fill(r, values.subarray((from + r) * columns, (from + r + 1) * columns));
  return count;
}

/**
 * Checks the range of pixels, row after row.
 *
 * @throws DataError naming the first outside [-1, 1]
 */
export function requirePixels(name: string, values: ArrayLike<number>, columns: number): void {
  for (let k = 0; k < values.length; k++) {
    if (values[k] >= -1 && values[k] <= 1) continue;
    const place = `${name}[${Math.floor(k / columns)}][${k % columns}]`;
    throw new DataError(`${place} is ${values[k]}; expected a pixel from -1 (off) to 1 (on)`);
  }
}

/** The index of the largest value, the first of equals. */
function largestOf(values: Float64Array): number {
  let largest = 0;
  for (let c = 1; c < values.length; c++) if (values[c] > values[largest]) largest = c;
  return largest;
}
