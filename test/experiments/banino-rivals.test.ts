import { expect, test } from "vitest";
import { toldInSteps } from "../../dist/experiments/banino-2020/rivals.js";
import { pairedInference } from "../../dist/neural/index.js";
import { Random } from "../../src/math/index.js";

test("facts of paired inference are told one a step, then the question; the last step is answered", () => {
  const units = 2;
  const task = pairedInference({ units, sequences: [2, 3] });
  const told = toldInSteps(task);
  expect(told).toMatchObject({ inputs: 7, outputs: 1, steps: [8, 10], holds: 6 });
  const random = () => new Random(5);
  const [{ facts, items, cues, candidates, answers }, { batch, steps, inputs, targets, counts }] = [
    task.draw(random(), 3),
    told.draw(random(), 3),
  ];
  expect([batch, steps]).toEqual([3, facts + 4]);
  for (let b = 0; b < batch; b++) {
    const step = (t: number) => [...inputs.subarray((t * batch + b) * 7, (t * batch + b + 1) * 7)];
    for (let f = 0; f < facts; f++) {
      const fact = items.subarray((b * facts + f) * 2 * units, (b * facts + f + 1) * 2 * units);
      expect(step(f)).toEqual([...fact, 0, 0, 0]);
    }
    const question = [...cues.subarray(b * units, (b + 1) * units), ...candidates.subarray(b * 4, (b + 1) * 4), 1];
    expect(step(facts)).toEqual(question);
    for (let t = facts + 1; t < steps; t++) expect(step(t)).toEqual(new Array(7).fill(0));
    expect(targets[(steps - 1) * batch + b]).toBe(answers[b]);
  }
  // One bit an episode counts, that of the last step.
  expect([...counts].map((count, k) => count * k).filter((k) => k > 0)).toEqual(
    [0, 1, 2].map((b) => (steps - 1) * batch + b),
  );
});
