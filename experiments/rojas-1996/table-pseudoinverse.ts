import { pseudoinverse } from "./basin-counts.js";
import { basinTable } from "./basin-table.js";
import { projected } from "./published-basins.js";

/** Five synchronous steps with W = X^+ X, the orthogonal projection on the span of the stored vectors. */
export const tablePseudoinverse = basinTable({
  id: "rojas-1996/table-pseudoinverse",
  title: "States at Hamming distance 0 to 4 that are at the stored pattern after five steps, pseudoinverse, 10 units",
  where: "the table of five iterations with the weight matrix X^+ X",
  published: projected,
  learning: pseudoinverse,
  steps: 5,
  hypotheses: [
    { name: "after five steps", learning: pseudoinverse, tables: [{ steps: 5, published: projected }] },
    { name: "after one step", learning: pseudoinverse, tables: [{ steps: 1, published: projected }] },
    {
      name: "after one step, where a zero field may fall either way",
      learning: pseudoinverse,
      tables: [{ steps: "either", published: projected }],
    },
  ],
  notes: [
    "What follows: with zero fields that all count as +1, no two vectors give the printed values at m = 2; many do where zero fields may fall either way, as rounding errors in a computed pseudoinverse make them. Here a field below 2^-33 counts as zero.",
  ],
});
