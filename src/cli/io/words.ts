import type { StoredModel } from "../../storage/index.js";

/** A model in one line, with the shape of its pictures. */
export function describeModel({ kind, model, shape }: StoredModel): string {
  return `${kind.describe(model)}${shape === undefined ? "" : ` on pictures of ${shape.join("x")}`}`;
}
