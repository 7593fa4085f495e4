import type { Palette } from "../theme.js";

/** A colour for every byte, as red, green, blue and alpha. */
export type Tones = Uint8ClampedArray;

/** From no ink to ink. */
export function inkTones({ off, ink }: Palette): Tones {
  return between([off, ink]);
}

/** From the colour of negative weights, below 128, to that of positive ones above it. */
export function signTones({ minus, off, plus }: Palette): Tones {
  return between([minus, off, plus]);
}

/** Colours at equal distances, and those between them. */
function between(colours: readonly string[]): Tones {
  const stops = colours.map(channels);
  const tones = new Uint8ClampedArray(4 * 256);
  for (let grey = 0; grey < 256; grey++) {
    const place = (grey / 255) * (stops.length - 1);
    const k = Math.min(Math.floor(place), stops.length - 2);
    for (let c = 0; c < 3; c++) tones[4 * grey + c] = stops[k][c] + (stops[k + 1][c] - stops[k][c]) * (place - k);
    tones[4 * grey + 3] = 255;
  }
  return tones;
}

/** Of a colour as the style sheet has it, #rrggbb. */
function channels(colour: string): number[] {
  return [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
}
