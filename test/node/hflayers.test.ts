import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { AssociationPooling } from "engram/neural";
import { encodeNpz, loadHflayers } from "engram/node";
import { writeSafetensors } from "engram/storage";
import { describe, expect, it } from "vitest";
import { modules } from "../../experiments/ramsauer-2020/modules.js";
import { toTensor } from "../../src/storage/arrays.js";
import { temporaryFolder } from "../support/folder.js";

const arrays = Object.entries(modules.pooling.parameters);

describe("loadHflayers", () => {
  it("reads the weights of a module from .safetensors and from .npz", async () => {
    const folder = temporaryFolder();
    const tensors = arrays.map(
      ([name, [shape, values]]) => [name, toTensor(name, Float32Array.from(values), shape)] as const,
    );
    writeFileSync(join(folder, "a.safetensors"), writeSafetensors({ tensors: new Map(tensors), metadata: new Map() }));
    const npy = arrays.map(([name, [shape, values]]) => [name, { shape, values: Float64Array.from(values) }] as const);
    writeFileSync(join(folder, "b.npz"), await encodeNpz(new Map(npy)));
    const [a, b] = await Promise.all(
      ["a.safetensors", "b.npz"].map((file) => loadHflayers(join(folder, file), { heads: 2 })),
    );
    expect(a).toBeInstanceOf(AssociationPooling);
    expect(a.parameters).toEqual(b.parameters);
    const { states } = (a as AssociationPooling).parameters;
    expect(Array.from(states.values)).toEqual(modules.pooling.parameters.pooling_weights[1]);
  });

  it("refuses a pickle of torch.save and other files in one line that says what to write", async () => {
    const folder = temporaryFolder();
    const put = (name: string, bytes: Uint8Array) => {
      writeFileSync(join(folder, name), bytes);
      return join(folder, name);
    };
    const remedy =
      'expected .safetensors or .npz: in Python, safetensors.torch.save_file(module.state_dict(), "layer.safetensors")';
    // torch.save writes a zip archive with a pickle in it, and before version 1.6 wrote the pickle alone.
    const zipped = Buffer.from(await encodeNpz(new Map([["abcd", { shape: [1], values: Float64Array.of(1) }]])));
    const pickled = Buffer.from(zipped.toString("latin1").replaceAll("abcd.npy", "data.pkl"), "latin1");
    await expect(loadHflayers(put("new.pt", pickled))).rejects.toThrow(`new.pt is a Python pickle; ${remedy}`);
    const old = Uint8Array.of(0x80, 2, 0x8a, 10);
    await expect(loadHflayers(put("old.pt", old))).rejects.toThrow(`old.pt is a Python pickle; ${remedy}`);
    await expect(loadHflayers(put("a.txt", Buffer.from("weights")))).rejects.toThrow(`a.txt is a text; ${remedy}`);
    const half = { dtype: "F16", shape: [1], data: Uint8Array.of(0, 0) } as const;
    const bytes = writeSafetensors({ tensors: new Map([["pooling_weights", half]]), metadata: new Map() });
    await expect(loadHflayers(put("half.safetensors", bytes))).rejects.toThrow(
      "pooling_weights is of the type F16; expected F32 or F64: save module.float().state_dict()",
    );
  });
});
