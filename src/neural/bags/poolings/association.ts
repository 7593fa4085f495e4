import type { Random } from "../../../math/random.js";
import { associationOptions } from "../../layers/association.js";
import { AssociationPooling, type AssociationPoolingParameters } from "../../layers/association-pooling.js";
import { transpose } from "../../tape/operations/product.js";
import { meanRows } from "../../tape/operations/rows.js";
import { reshape } from "../../tape/operations/shape.js";
import type { Tensor } from "../../tape/tensor.js";
import { pooling } from "./pooling.js";

const { heads, steps, beta, learnBeta } = associationOptions;

/**
 * The mean of the instances in which those count that a learned state is associated with (Ramsauer et al., Hopfield networks
 * is all you need, 2020): `AssociationPooling` with normalisation and projection.
 */
export const association = pooling({
  name: "association",
  summary: "a learned state is associated with the instances",
  reference: "Ramsauer et al. 2020",
  options: {
    heads: { ...heads, default: 4 },
    steps,
    beta,
    learnBeta,
    units: { type: "integer", low: 1, high: 100_000, default: 8, help: "units of a head" },
  },
  create({ units: size, ...given }) {
    const layer = (units: number, random?: Random) =>
      new AssociationPooling(units, { ...given, size, normalise: true, project: true, random });
    return {
      parameters: (units, random) => layer(units, random).parameters,
      trace(parameters, instances, mask) {
        const [bags, count, units] = instances.shape;
        const own = parameters as AssociationPoolingParameters<Tensor>;
        const { states, weights } = layer(units).trace(own, { patterns: instances, mask });
        // The mean over the heads.
        const byHead = transpose(reshape(weights, [bags, given.heads, count]));
        return { states, weights: reshape(meanRows(byHead), [bags, count]) };
      },
    };
  },
});
