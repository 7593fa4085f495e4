import { Random } from "engram";
import type { GreyImages, ImageSource } from "engram/experiments";

/**
 * Pictures of ten classes in the size of MNIST, for experiments that need such: a bright block whose place says the class, in
 * noise: a quarter of the other pixels are not quite dark. The same ones under any name.
 */
export const fakeImages: ImageSource = async (_, { split = "train" } = {}): Promise<GreyImages> => {
  const random = new Random(split === "train" ? 1 : 2);
  const [count, side] = [200, 28];
  const values = new Uint8Array(count * side * side);
  const labels = Uint8Array.from({ length: count }, (_, r) => r % 10);
  for (let r = 0, k = 0; r < count; r++) {
    const [top, left] = [14 * (labels[r] % 2), 5 * Math.floor(labels[r] / 2)];
    for (let y = 0; y < side; y++) {
      for (let x = 0; x < side; x++, k++) {
        const inside = y >= top && y < top + 10 && x >= left && x < left + 5;
        values[k] = inside ? 200 + random.integer(56) : Math.max(0, random.integer(40) - 30);
      }
    }
  }
  return { values, count, shape: [side, side], labels };
};
