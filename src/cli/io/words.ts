import type { StoredModel, StoredRbm } from "../../storage/index.js";

/** What an RBM is, in a line. */
export function describeRbm({ rbm: { visible, hidden }, shape }: Pick<StoredRbm, "rbm" | "shape">): string {
  const picture = shape === undefined ? "" : ` (${shape.join("x")})`;
  return `an RBM of ${visible.count} ${visible.type} visible units${picture} and ${hidden.count} ${hidden.type} hidden units`;
}

/** What a model of several layers is, in a line. */
export function describeDeep(stored: Exclude<StoredModel, { model: "memory" | "rbm" }>): string {
  const picture = stored.shape === undefined ? "" : ` on pictures of ${stored.shape.join("x")}`;
  switch (stored.model) {
    case "dbn": {
      const { rbms, classes, visible } = stored.net;
      const widths = [visible.count, ...rbms.map(({ hidden }) => hidden.count)];
      return `a deep belief net of ${widths.join("-")} units${classes > 0 ? ` and ${classes} classes` : ""}${picture}`;
    }
    case "dbm": {
      const { visible, hidden } = stored.machine;
      const widths = [visible, ...hidden].map(({ count }) => count);
      return `a deep Boltzmann machine of ${widths.join("-")} units${picture}`;
    }
    case "classifier":
      return `a classifier of ${stored.classifier.widths.join("-")} units${picture}`;
  }
}
