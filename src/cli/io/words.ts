import type { StoredModel } from "../../storage/index.js";

/** What a model is, in a line, with the shape of the pictures that it takes. */
export function describeModel({ kind, model, shape }: StoredModel): string {
  return `${kind.describe(model)}${shape === undefined ? "" : ` on pictures of ${shape.join("x")}`}`;
}
