/** Pixels beside each other that are drawn alike: a figure has one rectangle for them. */
export interface PixelRun<Look> {
  readonly row: number;
  readonly from: number;
  /** The first column after it. */
  readonly to: number;
  readonly look: Look;
}

/**
 * A picture in runs of pixels, row after row.
 *
 * @param look what decides how a pixel is drawn, by value; undefined where nothing is drawn
 */
export function pixelRuns<Pixel, Look extends string | number>(
  picture: ArrayLike<Pixel>,
  width: number,
  look: (pixel: Pixel) => Look | undefined,
): PixelRun<Look>[] {
  const runs: PixelRun<Look>[] = [];
  for (let row = 0; row * width < picture.length; row++) {
    for (let from = 0; from < width; ) {
      const own = look(picture[row * width + from]);
      let to = from + 1;
      while (to < width && look(picture[row * width + to]) === own) to++;
      if (own !== undefined) runs.push({ row, from, to, look: own });
      from = to;
    }
  }
  return runs;
}
