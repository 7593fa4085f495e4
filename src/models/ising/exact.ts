import { ArgumentError } from "../../errors.js";
import { exp, tanh } from "../../math/elementary.js";

/*
 * Exact results for the ferromagnet on the infinite square lattice without field, with the interaction J = 1 and
 * temperatures in units of J / k_B.
 */

/** T_c = 2 / log(1 + sqrt 2) (Kramers and Wannier 1941; Onsager 1944). */
export const criticalTemperature = 2.269185314213022;

/** Throws unless a temperature is above zero and finite. */
export function requireTemperature(temperature: number): void {
  if (!(temperature > 0 && temperature < Number.POSITIVE_INFINITY)) {
    throw new ArgumentError(`temperature is ${temperature}; expected a finite number above 0`);
  }
}

/**
 * The spontaneous magnetisation per spin, (1 - sinh(2 / T)^-4)^(1/8) below T_c and 0 above (Yang, The spontaneous
 * magnetization of a two-dimensional Ising model, 1952, eq. 96).
 */
export function spontaneousMagnetisation(temperature: number): number {
  requireTemperature(temperature);
  if (temperature >= criticalTemperature) return 0;
  const grown = exp(2 / temperature);
  const sinh = (grown - 1 / grown) / 2;
  return Math.sqrt(Math.sqrt(Math.sqrt(1 - 1 / (sinh * sinh * sinh * sinh))));
}

/**
 * The energy per spin, -coth(2K) (1 + (2 / pi) q K_1) with K = 1 / T, q = 2 tanh(2K)^2 - 1 and the complete elliptic
 * integral K_1 of the complementary modulus |q| (Onsager, Crystal statistics, 1944, eq. 116). By the arithmetic-geometric
 * mean, K_1 = pi / (2 agm(1, |q|)).
 */
export function latticeEnergy(temperature: number): number {
  requireTemperature(temperature);
  const t = tanh(2 / temperature);
  const q = 2 * t * t - 1;
  return -(1 + (q === 0 ? 0 : q / arithmeticGeometricMean(1, Math.abs(q)))) / t;
}

function arithmeticGeometricMean(a: number, b: number): number {
  let [x, y] = [a, b];
  while (Math.abs(x - y) > 2 ** -50 * x) [x, y] = [(x + y) / 2, Math.sqrt(x * y)];
  return (x + y) / 2;
}
