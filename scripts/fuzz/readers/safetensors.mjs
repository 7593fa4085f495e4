import { readSafetensors, writeSafetensors } from "engram/storage";
import { numberTexts, withOtherNumber } from "../damage.mjs";

/*
 * Safetensors files: plain ones, and those of Engram, which have a digest.
 */

/** The header of a safetensors file changed, its digest left out as often as not, and its length set right. */
function forgeHeader(bytes, dice) {
  const { tensors, metadata } = readSafetensors(bytes);
  const fields = new Map(metadata);
  if (dice.below(4) > 0) fields.delete("digest");
  const keys = [...fields.keys()];
  const key = dice.of(keys);
  switch (dice.below(8)) {
    case 0:
      fields.delete(key);
      break;
    case 1:
      fields.set(key, `${"[".repeat(dice.upTo(3000))}`);
      break;
    case 2:
      fields.set(key, `{"a":${'{"b":'.repeat(dice.upTo(200))}0${"}".repeat(dice.upTo(200))}}`);
      break;
    case 3:
      fields.set(key, dice.of(numberTexts));
      break;
    case 4:
      fields.set(`${key}x`, "y".repeat(dice.upTo(5000)));
      break;
    case 5:
      fields.set(key, fields.get(dice.of(keys)) ?? "");
      break;
    default: {
      const text = fields.get(key) ?? "";
      fields.set(key, withOtherNumber(text, dice) ?? text);
    }
  }
  const changed = new Map(tensors);
  const name = dice.of([...tensors.keys()]);
  const tensor = tensors.get(name);
  const data = Uint8Array.from(tensor.data);
  switch (dice.below(6)) {
    case 0:
      changed.delete(name);
      break;
    case 1:
      changed.set(name, { ...tensor, shape: [...tensor.shape, 1] });
      break;
    case 2:
      changed.set(name, { ...tensor, shape: tensor.shape.toReversed() });
      break;
    case 3:
      for (let k = dice.upTo(4); k > 0 && data.length > 0; k--)
        data[dice.below(data.length)] = dice.of([0, 1, 0x7f, 0x80, 0xff]);
      changed.set(name, { ...tensor, data });
      break;
    case 4:
      changed.set(`${name}${dice.below(3)}`, tensor);
  }
  return writeSafetensors({ tensors: changed, metadata: fields });
}

/** A safetensors file without its digest, in which some numbers are extreme. */
export function forgeNumbers(bytes, dice) {
  const { tensors, metadata } = readSafetensors(bytes);
  const changed = new Map(tensors);
  const fields = new Map(metadata);
  fields.delete("digest");
  for (let times = dice.upTo(3); times > 0; times--) {
    const name = dice.of([...changed.keys()]);
    const { dtype, shape, data } = changed.get(name);
    const copy = Uint8Array.from(data);
    const width = { F64: 8, F32: 4, U32: 4 }[dtype] ?? 1;
    if (copy.length < width) continue;
    const view = new DataView(copy.buffer, width * dice.below(copy.length / width), width);
    const number = dice.of([0, 1, 2, 3, 7, 0.5, -1, 1e6, 2 ** 31, 2 ** 32, 2 ** 53, 1e30, 1e300, Number.NaN, Infinity]);
    if (dtype === "F64") view.setFloat64(0, number, true);
    else if (dtype === "F32") view.setFloat32(0, number, true);
    else if (dtype === "U32") view.setUint32(0, number, true);
    else view.setUint8(0, number);
    changed.set(name, { dtype, shape, data: copy });
  }
  return writeSafetensors({ tensors: changed, metadata: fields });
}

/** The header of a safetensors file as text, changed in one place. */
function forgeText(bytes, dice) {
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  const text = Buffer.from(bytes.subarray(8, 8 + length)).toString("utf8");
  const tokens = [...text.matchAll(/-?\d+|"(?:[^"\\]|\\.)*"|[[\]{},:]/g)];
  const { 0: found, index } = dice.of(tokens);
  const added = dice.of([dice.of(numberTexts), dice.of(tokens)[0], "", found + found, "[".repeat(dice.upTo(50))]);
  const changed = Buffer.from(text.slice(0, index) + added + text.slice(index + found.length));
  const start = Buffer.alloc(8);
  start.writeBigUInt64LE(BigInt(changed.length));
  return Uint8Array.from(Buffer.concat([start, changed, bytes.subarray(8 + length)]));
}

const forgeFile = (bytes, dice) => dice.of([forgeHeader, forgeText, forgeNumbers])(bytes, dice);

/** Plain files. */
export function safetensorsReader() {
  const tensors = [
    ["a", { dtype: "F32", shape: [2, 3], data: new Uint8Array(24).fill(7) }],
    ["b", { dtype: "U8", shape: [5], data: Uint8Array.of(1, 2, 3, 4, 5) }],
    ["none", { dtype: "F64", shape: [0], data: new Uint8Array(0) }],
  ];
  const plain = [
    writeSafetensors({ tensors: new Map(tensors), metadata: new Map([["format", "test"]]) }),
    writeSafetensors({ tensors: new Map(tensors.slice(1)), metadata: new Map() }),
  ];
  return {
    name: "safetensors",
    share: 4,
    sounds: async () => plain,
    async read(bytes) {
      const { tensors: found, metadata } = readSafetensors(bytes);
      const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
      const { __metadata__: fields = {}, ...header } = JSON.parse(
        Buffer.from(bytes.subarray(8, 8 + length)).toString(),
      );
      const text = (key, dtype, shape, data) => `${key} ${dtype} ${shape} ${Buffer.from(data).toString("hex")}`;
      const value = [...found].map(([key, { dtype, shape, data }]) => text(key, dtype, shape, data)).sort();
      const again = Object.entries(header).map(
        ([
          key,
          {
            dtype,
            shape,
            data_offsets: [from, to],
          },
        ]) => text(key, dtype, shape, bytes.subarray(8 + length + from, 8 + length + to)),
      );
      const same = JSON.stringify([value, Object.fromEntries(metadata)]);
      return { value: same, faithful: same === JSON.stringify([again.sort(), fields]) };
    },
    forge: forgeText,
  };
}

/** Reads and writes again: what was read is what the new file holds. */
export function sealed(name, files, again) {
  return {
    name,
    share: 4,
    sounds: async () => files,
    async read(bytes) {
      let warned = false;
      const value = again(bytes, () => {
        warned = true;
      });
      return { value: Buffer.from(value).toString("base64"), warned };
    },
    forge: forgeFile,
  };
}
