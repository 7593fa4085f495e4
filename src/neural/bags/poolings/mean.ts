import { products } from "../../tape/operations/product.js";
import { softmax } from "../../tape/operations/rows.js";
import { reshape } from "../../tape/operations/shape.js";
import { pooling } from "./pooling.js";

/** The mean of the instances: all count alike. */
export const mean = pooling({
  name: "mean",
  summary: "the mean of the instances",
  reference: "Ilse, Tomczak and Welling 2018",
  options: {},
  create: () => ({
    parameters: () => ({}),
    trace(_, instances, mask) {
      const [bags, count, units] = instances.shape;
      // The softmax of equal scores.
      const weights = softmax(mask);
      return { states: reshape(products(reshape(weights, [bags, 1, count]), instances), [bags, units]), weights };
    },
  }),
});
