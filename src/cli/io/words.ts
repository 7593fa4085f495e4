import type { Attractor, Hopfield, Recall } from "../../memories/index.js";
import { plain } from "../../node/index.js";
import type { PatternSet } from "../../patterns/index.js";
import type { StoredModel, StoredRbm } from "../../storage/index.js";
import { short } from "./output.js";

/** What a memory is, in a line. */
export function describeMemory({ units, patterns, rule }: Hopfield): string {
  const shape = patterns?.shape === undefined ? "" : ` (${patterns.shape.join("x")})`;
  const count = patterns?.count === 1 ? "1 pattern" : `${patterns?.count ?? 0} patterns`;
  return `${count} of ${units} units${shape} by ${rule.name} with${rule.selfCoupling ? "" : "out"} self-coupling`;
}

/** What an RBM is, in a line. */
export function describeRbm({ rbm: { visible, hidden }, shape }: Pick<StoredRbm, "rbm" | "shape">): string {
  const picture = shape === undefined ? "" : ` (${shape.join("x")})`;
  return `an RBM of ${visible.count} ${visible.type} visible units${picture} and ${hidden.count} ${hidden.type} hidden units`;
}

/** What a model of several layers is, in a line. */
export function describeDeep(stored: Exclude<StoredModel, { model: "hopfield" | "rbm" }>): string {
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

/** How a stored pattern is called: by its label, or by its number. */
export function patternName({ labels }: PatternSet, index: number): string {
  return labels === undefined ? `pattern ${index}` : `"${plain(labels[index])}"`;
}

/** Where a recall ended, in words. */
export function describeAttractor({ attractor, nearest, period, sweeps }: Recall, patterns: PatternSet): string {
  const near = `the nearest stored pattern is ${patternName(patterns, nearest.index)} at overlap ${short(nearest.overlap)}`;
  switch (attractor.kind) {
    case "stored":
      return `it settled on the stored pattern ${parts(attractor, patterns)}, exactly`;
    case "reversed":
      return `it settled on the negative of the stored pattern ${parts(attractor, patterns)}, exactly`;
    case "mixture":
      return `it settled on a mixture, the majority of ${parts(attractor, patterns)}`;
    case "spurious":
      return `it settled on a state that was not stored; ${near}`;
    case "cycle":
      return `it ended in a cycle of ${period} states; ${near}`;
    case "none":
      return `it had not settled after ${sweeps} sweeps; ${near}`;
  }
}

function parts({ parts }: Attractor, patterns: PatternSet): string {
  const names = parts.map(
    ({ index, sign }) => patternName(patterns, index) + (sign < 0 && parts.length > 1 ? " reversed" : ""),
  );
  return names.length === 1 ? names[0] : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}
