import { ArgumentError, internal } from "../errors.js";
import type { Random } from "../math/random.js";
import { unitsByType } from "./by-type.js";
import type { Moments, Rows, UnitRange, Units } from "./units.js";

/**
 * Layers of binary, spin or softmax units side by side as one: a row has the values of the first, then those of the second,
 * and so on. Layers of the same two states make one layer of that type; any others keep their own physics. Biases are copied.
 *
 * @throws ArgumentError for no layer at all, or for units with parameters other than biases
 */
export function joined(...layers: readonly Units[]): Units {
  if (layers.length === 0) throw new ArgumentError("layers is empty; join at least one layer of units");
  const other = layers.find(({ named, parameters }) => named.bias?.length !== parameters.length);
  if (other !== undefined) {
    throw new ArgumentError(`a layer has ${other.type} units; only binary, spin and softmax units can be joined`);
  }
  const [{ type, twoStates }] = layers;
  if (layers.length === 1) return layers[0].copy();
  if (twoStates !== undefined && layers.every((layer) => layer.type === type)) {
    const count = layers.reduce((sum, layer) => sum + layer.count, 0);
    return unitsByType({ type, count, parameters: { bias: concatenated(layers.map(({ parameters }) => parameters)) } });
  }
  return new JoinedUnits(layers.map((layer) => layer.copy()));
}

function concatenated(parts: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Where one of the layers lies in the whole. */
interface Place {
  readonly units: Units;
  /** Its first unit, value and parameter. */
  readonly unit: number;
  readonly value: number;
  readonly parameter: number;
}

class JoinedUnits implements Units {
  readonly type: string;
  readonly count: number;
  readonly width: number;
  /** The number of states differs from unit to unit. */
  readonly states = Number.POSITIVE_INFINITY;
  readonly parameters: Float64Array;
  readonly named: Readonly<Record<string, Float64Array>>;
  readonly #places: readonly Place[];

  constructor(layers: readonly Units[]) {
    const places: Place[] = [];
    let [unit, value, parameter] = [0, 0, 0];
    for (const units of layers) {
      places.push({ units, unit, value, parameter });
      unit += units.count;
      value += units.width;
      parameter += units.parameters.length;
    }
    this.#places = places;
    this.type = layers.map(({ type }) => type).join(" and ");
    this.count = unit;
    this.width = value;
    this.parameters = concatenated(layers.map(({ parameters }) => parameters));
    this.named = { bias: this.parameters };
  }

  copy(): Units {
    return new JoinedUnits(this.#parts().map(({ units }) => units.copy()));
  }

  addToBiases(inputs: Rows): void {
    for (const { units, value, parameter } of this.#parts()) {
      units.addToBiases(inputs.subarray(value, value + units.width));
      this.parameters.set(units.parameters, parameter);
    }
  }

  check(name: string, rows: Rows): void {
    for (const place of this.#places) place.units.check(`${place.units.type} part of ${name}`, this.#cut(place, rows));
  }

  setState(): never {
    throw internal("states of joined units are not numbered");
  }

  range(unit: number): UnitRange {
    const place = this.#parts().findLast((part) => part.unit <= unit);
    if (place === undefined) throw internal(`joined units have no unit ${unit}`);
    return place.units.range(unit - place.unit);
  }

  fitTo({ rows, means, variances }: Moments, pseudocount: number): void {
    for (const { units, value, parameter } of this.#places) {
      const own = (values: ArrayLike<number>) => Array.from({ length: units.width }, (_, i) => values[value + i]);
      units.fitTo({ rows, means: own(means), variances: own(variances) }, pseudocount);
      this.parameters.set(units.parameters, parameter);
    }
  }

  energy(rows: Rows, out: Float64Array): Float64Array {
    return this.#sum(rows, out, (units, own, sums) => units.energy(own, sums));
  }

  cumulant(inputs: Rows, beta: number, out: Float64Array): Float64Array {
    return this.#sum(inputs, out, (units, own, sums) => units.cumulant(own, beta, sums));
  }

  mean<Out extends Rows>(inputs: Rows, beta: number, out: Out): Out {
    return this.#map(inputs, out, (units, own, values) => units.mean(own, beta, values));
  }

  variance<Out extends Rows>(inputs: Rows, beta: number, out: Out): Out {
    return this.#map(inputs, out, (units, own, values) => units.variance(own, beta, values));
  }

  sample<Out extends Rows>(inputs: Rows, beta: number, streams: readonly Random[], out: Out): Out {
    return this.#map(inputs, out, (units, own, values) => units.sample(own, beta, streams, values));
  }

  addGradient(rows: Rows, weight: number, out: Float64Array): void {
    for (const place of this.#parts()) {
      place.units.addGradient(this.#cut(place, rows), weight, this.#ownParameters(place, out));
    }
  }

  addMeanGradient(inputs: Rows, beta: number, weight: number, out: Float64Array): void {
    for (const place of this.#parts()) {
      place.units.addMeanGradient(this.#cut(place, inputs), beta, weight, this.#ownParameters(place, out));
    }
  }

  /** The layers, with the parameters as they are now. */
  #parts(): readonly Place[] {
    for (const place of this.#places) place.units.parameters.set(this.#ownParameters(place, this.parameters));
    return this.#places;
  }

  #ownParameters({ units, parameter }: Place, all: Float64Array): Float64Array {
    return all.subarray(parameter, parameter + units.parameters.length);
  }

  /** The values of one layer out of every row. */
  #cut({ units, value }: Place, rows: Rows): Float64Array {
    const count = rows.length / this.width;
    const own = new Float64Array(count * units.width);
    for (let r = 0; r < count; r++) {
      const from = r * this.width + value;
      own.set(rows.subarray(from, from + units.width), r * units.width);
    }
    return own;
  }

  #sum(
    rows: Rows,
    out: Float64Array,
    evaluate: (units: Units, own: Float64Array, sums: Float64Array) => void,
  ): Float64Array {
    const sums = new Float64Array(out.length);
    out.fill(0);
    for (const place of this.#parts()) {
      evaluate(place.units, this.#cut(place, rows.subarray(0, out.length * this.width)), sums);
      for (let r = 0; r < out.length; r++) out[r] += sums[r];
    }
    return out;
  }

  #map<Out extends Rows>(
    rows: Rows,
    out: Out,
    evaluate: (units: Units, own: Float64Array, values: Float64Array) => void,
  ): Out {
    for (const place of this.#parts()) {
      const { units, value } = place;
      const own = this.#cut(place, rows);
      const values = new Float64Array(own.length);
      evaluate(units, own, values);
      for (let r = 0, k = 0; k < values.length; r++, k += units.width) {
        out.set(values.subarray(k, k + units.width), r * this.width + value);
      }
    }
    return out;
  }
}
