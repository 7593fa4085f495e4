import { correlation, withoutSelfCoupling } from "./basin-counts.js";
import { basinTable } from "./basin-table.js";
import { fiveSteps, oneStep } from "./published-basins.js";

const tables = [{ steps: 1, published: oneStep }];
const bothTables = [...tables, { steps: 5, published: fiveSteps }];

/** Ten units, W = X^T X with the diagonal, s = sgn(x W) with sgn(0) = +1: the states that reach the stored pattern in one step. */
export const tableOneStep = basinTable({
  id: "rojas-1996/table-one-step",
  title: "States at Hamming distance 0 to 4 that reach the stored pattern in one step, 10 units",
  where: "the table of vectors that converge to a stored vector in a single iteration",
  published: oneStep,
  learning: correlation,
  steps: 1,
  hypotheses: [
    { name: "with self-couplings, this table", learning: correlation, tables },
    { name: "without, this table", learning: withoutSelfCoupling, tables },
    { name: "with self-couplings, this table and that of five steps", learning: correlation, tables: bothTables },
    { name: "without, both tables", learning: withoutSelfCoupling, tables: bothTables },
    {
      name: "with self-couplings, this table, where a zero field may fall either way",
      learning: correlation,
      tables: [{ steps: "either", published: oneStep }],
    },
  ],
  notes: [
    "What follows: the diagonal of W was kept, since without it no two vectors give both this table and that of five steps; each state had to become the very pattern that it was made from. No three vectors give the printed values at m = 3 while every zero field counts as +1 (the standard setting tries them all), but many do where zero fields may fall either way.",
  ],
});
