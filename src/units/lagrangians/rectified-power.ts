import { pow } from "../../math/elementary.js";
import { lagrangian } from "./lagrangian.js";

/** L(x) = sum_i max(x_i, 0)^d / d, whose activation is max(x_i, 0)^(d - 1). */
export const rectifiedPower = lagrangian({
  name: "rectified-power",
  summary: "powers of positive inputs, over their degree",
  reference: "Krotov and Hopfield 2020, models A and C",
  options: { power: { type: "integer", low: 2, high: 100, default: 3, help: "degree d of the power" } },
  create: ({ power }) => ({
    value: (x) => x.reduce((sum, value) => sum + (value > 0 ? pow(value, power) : 0), 0) / power,
    activate(x, out) {
      for (let i = 0; i < x.length; i++) out[i] = x[i] > 0 ? pow(x[i], power - 1) : 0;
    },
  }),
});
