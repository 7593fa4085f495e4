import { type Random, VectorSet } from "engram";
import { matrix } from "engram/math";

/** Uniform points on the sphere of a radius, in single precision. */
export function onSphere(count: number, units: number, radius: number, random: Random): VectorSet<Float32Array> {
  const values = new Float32Array(count * units);
  const point = new Float64Array(units);
  for (let j = 0; j < count; j++) {
    let squared = 0;
    for (let i = 0; i < units; i++) {
      point[i] = random.normal();
      squared += point[i] * point[i];
    }
    const scale = radius / Math.sqrt(squared);
    for (let i = 0; i < units; i++) values[j * units + i] = scale * point[i];
  }
  return new VectorSet(matrix(count, units, values));
}
