import { log } from "engram/math";

/**
 * Bars and stripes (Hinton and Sejnowski, Learning and relearning in Boltzmann machines, 1986; MacKay, Information theory,
 * inference, and learning algorithms, 2003): every picture of side x side pixels in which each row, or else each column, is
 * all on or all off. Row after row, 2^(side + 1) pictures; those that are all on and all off are bars and stripes, and come
 * twice.
 */
export function barsAndStripes(side: number): Float64Array {
  const pictures = 2 ** side;
  const pixels = side * side;
  const rows = new Float64Array(2 * pictures * pixels);
  for (let lines = 0; lines < pictures; lines++) {
    for (let y = 0; y < side; y++) {
      for (let x = 0; x < side; x++) {
        rows[lines * pixels + y * side + x] = (lines >>> y) & 1;
        rows[(pictures + lines) * pixels + y * side + x] = (lines >>> x) & 1;
      }
    }
  }
  return rows;
}

/** The mean of log p over these pictures for the p that they are drawn from: the maximum for any model. */
export function bestLogLikelihood(side: number): number {
  const pictures = 2 ** (side + 1);
  return log(2) * (4 / pictures) - log(pictures);
}
