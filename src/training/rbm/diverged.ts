import { EngramError } from "../../errors.js";

/** The error of a training that has left the finite numbers. */
export function diverged(epoch: number, what: string, rate: number): EngramError {
  return new EngramError(
    `training diverged in epoch ${epoch}: ${what} no longer finite; try a rate below ${rate}; ` +
      "the machine has the weights of the last report",
  );
}
