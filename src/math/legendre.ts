/** Positive nodes of the Gauss-Legendre rule of 16 points, and their weights. */
const NODES = [
  0.09501250983763744, 0.2816035507792589, 0.45801677765722737, 0.6178762444026438, 0.755404408355003,
  0.8656312023878318, 0.9445750230732326, 0.9894009349916499,
];
const WEIGHTS = [
  0.1894506104550685, 0.18260341504492358, 0.16915651939500254, 0.14959598881657674, 0.12462897125553388,
  0.09515851168249279, 0.062253523938647894, 0.027152459411754096,
];

/** Points and weights for integrals over [0, end]: the rule of 16 points on panels of equal width. */
export function legendrePanels(panels: number, end: number): { readonly u: number; readonly du: number }[] {
  const half = end / panels / 2;
  return Array.from({ length: 16 * panels }, (_, point) => {
    const k = (point % 16) - 8;
    const node = k < 0 ? -NODES[-1 - k] : NODES[k];
    return { u: half * (2 * Math.floor(point / 16) + 1 + node), du: half * WEIGHTS[k < 0 ? -1 - k : k] };
  });
}
