import type { Attractor, Hopfield, Recall } from "../../memories/index.js";
import { plain } from "../../node/index.js";
import type { PatternSet } from "../../patterns/index.js";
import type { StoredModel } from "../../storage/index.js";
import { short } from "./output.js";

/** What a memory is, in a line. */
export function describeMemory({ units, patterns, rule }: Hopfield): string {
  const shape = patterns?.shape === undefined ? "" : ` (${patterns.shape.join("x")})`;
  const count = patterns?.count === 1 ? "1 pattern" : `${patterns?.count ?? 0} patterns`;
  return `${count} of ${units} units${shape} by ${rule.name} with${rule.selfCoupling ? "" : "out"} self-coupling`;
}

/** What a model is, in a line, with the shape of the pictures that it takes. */
export function describeModel({ kind, model, shape }: StoredModel): string {
  return `${kind.describe(model)}${shape === undefined ? "" : ` on pictures of ${shape.join("x")}`}`;
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
