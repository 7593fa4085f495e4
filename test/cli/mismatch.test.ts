import { expect, test } from "vitest";
import { mismatch } from "../../src/cli/train/mismatch.js";
import { CheckpointError } from "../../src/errors.js";

test.each([
  ["hidden", "64 binary units of 64 values", "32 binary units of 32 values", "with 64 hidden units, now 32; "],
  ["hidden", "64 binary units of 64 values", "64 spin units of 64 values", "with binary hidden units, now spin; "],
  ["hidden", "none", "3 binary", "with 0 hidden units, now 3; "],
  ["data", "60000 rows with digest a1", "5000 rows with digest a2", "with 60000 images, now 5000; "],
  ["data", "600 rows with digest a1", "600 rows with digest a2", "with other images; "],
  ["validation", "9 rows with digest a1", "none", "with 9 held-out images, now no; "],
  ["widths", "784-500-10", "784-400-10", "with layers of 784-500-10 units, now 784-400-10; "],
  ["batch", "44", "7", "with --batch 44, now 7; "],
  ["finalRate", undefined, "0.1", "with --final-rate missing, now 0.1; "],
  ["optimiser", 'momentum {"momentum":0}', 'momentum {"momentum":0.5}', "with --momentum 0, now 0.5; "],
  ["optimiser", 'momentum {"momentum":0}', 'adam {"beta1":0.9}', "with --optimiser momentum, now adam; "],
  ["method", `cd ${"x".repeat(1e6)}`, "pcd {}", /^.{0,200}$/],
])("says in words that %s was %s and is %s", (setting, saved, wanted, words) => {
  const { message } = mismatch("m.checkpoint.safetensors", new CheckpointError("", { setting, saved, wanted }));
  if (typeof words === "string") expect(message).toContain(`m.checkpoint.safetensors holds a training ${words}`);
  else expect(message).toMatch(words);
});
