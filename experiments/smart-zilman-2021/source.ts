export const citation =
  "Smart and Zilman, On the mapping between Hopfield networks and Restricted Boltzmann Machines, ICLR (2021)";

/** The inverse temperature at which the source trains. */
export const BETA = 2;
