import { type AssociationParameters, associationOptions } from "../../layers/association.js";
import { AssociationPooling } from "../../layers/association-pooling.js";
import { transpose } from "../../tape/operations/product.js";
import { meanRows } from "../../tape/operations/rows.js";
import { reshape } from "../../tape/operations/shape.js";
import type { Tensor } from "../../tape/tensor.js";
import { type ParameterTree, pooling } from "./pooling.js";

const { heads, steps, beta, learnBeta } = associationOptions;

/**
 * The mean of the instances in which those count that a learned state is associated with (Ramsauer et al., Hopfield networks is all you need, 2020):
 * `AssociationPooling` with normalisation and projection.
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
    const options = { ...given, size };
    const layers = new Map<number, AssociationPooling>();
    const layerFor = (units: number) => {
      const layer = layers.get(units) ?? new AssociationPooling(units, { ...options, normalise: true, project: true });
      layers.set(units, layer);
      return layer;
    };
    return {
      parameters: (units, random) =>
        new AssociationPooling(units, { ...options, normalise: true, project: true, random })
          .parameters as unknown as ParameterTree,
      trace(parameters, instances, mask) {
        const [bags, count, units] = instances.shape;
        const own = parameters as unknown as { states: Tensor; association: AssociationParameters<Tensor> };
        const { states, weights } = layerFor(units).trace(own, { patterns: instances, mask });
        // The mean over the heads.
        const byHead = transpose(reshape(weights, [bags, options.heads, count]));
        return { states, weights: reshape(meanRows(byHead), [bags, count]) };
      },
    };
  },
});
