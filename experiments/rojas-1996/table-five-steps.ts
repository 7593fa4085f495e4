import { correlation, withoutSelfCoupling } from "./basin-counts.js";
import { basinTable } from "./basin-table.js";
import { fiveSteps } from "./published-basins.js";

const tables = [{ steps: 5, published: fiveSteps }];

/** The same net with feedback: the states that are at the stored pattern after five synchronous steps. */
export const tableFiveSteps = basinTable({
  id: "rojas-1996/table-five-steps",
  title: "States at Hamming distance 0 to 4 that are at the stored pattern after five steps, 10 units",
  where: "the table of vectors that converge to a stored vector in five iterations",
  published: fiveSteps,
  learning: correlation,
  steps: 5,
  hypotheses: [
    { name: "with self-couplings", learning: correlation, tables },
    { name: "without", learning: withoutSelfCoupling, tables },
  ],
  notes: [
    "The draw seems to be that of the table of one step, whose values at H1 are the same; it is compared here by itself.",
  ],
});
