import { binary, fastWeights, persistent, Random, Rbm, spin, tempering, train } from "engram";
import { wasmWorkspace } from "engram/kernels";
import { workspaceThreads } from "engram/node";
import { describe, expect, it } from "vitest";

describe("training on several threads ends with the bits of one", () => {
  const random = new Random(4);
  const rows = Float32Array.from({ length: 90 * 300 }, () => (random.bernoulli(0.2) ? 1 : -1));

  it.each([persistent(), fastWeights(), tempering({ temperatures: 2 })])("by $name", async (method) => {
    const crew = await workspaceThreads(2);
    try {
      const learned = async (workspace: typeof wasmWorkspace) => {
        const rbm = new Rbm({ visible: spin(300), hidden: binary(200) });
        const options = { method, epochs: 2, batch: 40, centred: true, workspace };
        for await (const { epoch } of train(rbm, rows, options)) expect(epoch).toBeLessThan(3);
        return [rbm.weights.values, rbm.visible.parameters, rbm.hidden.parameters];
      };
      expect(await learned(crew.makeWorkspace)).toEqual(await learned(wasmWorkspace));
    } finally {
      await crew.dispose();
    }
  });
});
