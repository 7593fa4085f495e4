import type { Random } from "../math/random.js";
import type { Values } from "./tape/kernels.js";
import type { Shape } from "./tape/tensor.js";

/** Learned numbers of a layer or model, row after row. */
export interface Parameter {
  readonly shape: Shape;
  readonly values: Values;
}

/** Whether a value is a parameter. */
export function isParameter(value: unknown): value is Parameter {
  return typeof value === "object" && value !== null && "shape" in value && "values" in value;
}

/** Independent normal numbers with mean 0. */
export function normalParameter(shape: Shape, deviation: number, random: Random): Parameter {
  return { shape, values: Float32Array.from({ length: sizeOf(shape) }, () => deviation * random.normal()) };
}

/** One number everywhere. */
export function filledParameter(shape: Shape, value: number): Parameter {
  return { shape, values: new Float32Array(sizeOf(shape)).fill(value) };
}

function sizeOf(shape: Shape): number {
  return shape.reduce((product, length) => product * length, 1);
}
