import { add, multiply } from "../../tape/operations/elementwise.js";
import { transpose } from "../../tape/operations/product.js";
import { largest, sumRows } from "../../tape/operations/rows.js";
import { reshape } from "../../tape/operations/shape.js";
import { pooling } from "./pooling.js";

/** The largest value of each unit among the instances. */
export const max = pooling({
  name: "max",
  summary: "the largest value of each unit",
  reference: "Ilse, Tomczak and Welling 2018",
  options: {},
  create: () => ({
    parameters: () => ({}),
    trace(_, instances, mask) {
      const [bags, count, units] = instances.shape;
      const byUnit = transpose(instances);
      const chosen = largest(add(byUnit, reshape(mask, [bags, 1, count])));
      return { states: reshape(sumRows(multiply(byUnit, chosen)), [bags, units]) };
    },
  }),
});
