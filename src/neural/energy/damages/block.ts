import { ArgumentError } from "../../../errors.js";
import { damage } from "./damage.js";

/** Covers a square of a picture at a random place. */
export const block = damage({
  name: "block",
  summary: "remove a square block of a picture",
  reference: "Bartunov et al. 2019",
  options: {
    side: { type: "integer", low: 1, high: 4096, default: 7, help: "height and width of the block" },
    fill: { type: "number", low: -1e30, high: 1e30, default: 0.5, help: "what covers it, 0 for black to 1 for white" },
  },
  create: ({ side, fill }) => ({
    check({ shape }) {
      if (shape === undefined)
        throw new ArgumentError("the damage block is for pictures; the patterns have no shape: use flips");
      if (side > Math.min(...shape)) {
        throw new ArgumentError(
          `side is ${side} but the pictures are ${shape.join("x")}; expected at most ${Math.min(...shape)}`,
        );
      }
    },
    damage(cue, { shape }, random) {
      const [height, width] = shape as readonly [number, number];
      const [top, left] = [random.integer(height - side + 1), random.integer(width - side + 1)];
      for (let y = top; y < top + side; y++) cue.fill(fill, y * width + left, y * width + left + side);
    },
  }),
});
