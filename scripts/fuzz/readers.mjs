import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { deflateRawSync, gunzipSync, gzipSync } from "node:zlib";
import {
  allRules,
  BoltzmannMachine,
  binary,
  Classifier,
  contrastiveDivergence,
  DeepBeliefNet,
  DeepBoltzmannMachine,
  DivergenceError,
  decodeMemory,
  decodeModel,
  EngramError,
  encodeMemory,
  encodeModel,
  fastWeights,
  gaussian,
  Hopfield,
  memoryKinds,
  persistent,
  probabilities,
  Random,
  Rbm,
  randomPatterns,
  relu,
  softmax,
  spin,
  tempering,
  train,
} from "engram";
import { readIdx, writeIdx } from "engram/data";
import { selectItems } from "engram/memories";
import { decodeNpz, encodeNpz, encodePng, readDataSet, readGrey } from "engram/node";
import {
  decodeCheckpoint,
  encodeCheckpoint,
  readNpy,
  readSafetensors,
  writeNpy,
  writeSafetensors,
} from "engram/storage";
import { numberTexts } from "./damage.mjs";

/**
 * All readers of bytes, with sound files and a judge.
 *
 * @typedef {object} Reader
 * @property {string} name
 * @property {number} share how many inputs it gets for one of a reader of share 1
 * @property {() => Promise<readonly Uint8Array[]>} sounds files of the format
 * @property {(bytes: Uint8Array) => Promise<Content>} read reads a file; it throws what the reader throws
 * @property {(bytes: Uint8Array, dice: import("./damage.mjs").Dice) => Uint8Array} [forge] a forged file, of a sound one
 *
 * @typedef {object} Content what was read
 * @property {string} value equal for equal contents
 * @property {boolean} [faithful] without a checksum in the format: whether another decoder reads the same in these bytes
 * @property {boolean} [warned] whether the file was said to have no digest
 */

const random = new Random(1);
const floats = (count) => Float64Array.from({ length: count }, () => random.normal());

/** Numbers of any array as text, to the last bit. */
function bitsOf(values) {
  return `${values.constructor.name} ${Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString("base64")}`;
}

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
      const numbers = [...text.matchAll(/-?\d+(\.\d+)?(e[+-]?\d+)?/g)];
      if (numbers.length > 0) {
        const { 0: found, index } = dice.of(numbers);
        fields.set(key, text.slice(0, index) + dice.of(numberTexts) + text.slice(index + found.length));
      }
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
function forgeNumbers(bytes, dice) {
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

/* NumPy arrays */

const npyKinds = { "<f8": 8, ">f8": 8, "<f4": 4, "<f2": 2, "<i8": 8, ">u8": 8, "<i4": 4, "|u1": 1, "<i2": 2 };

function npyOf(kind, shape, fortran) {
  const count = shape.reduce((product, size) => product * size, 1);
  const sizes = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  const header = `{'descr': '${kind}', 'fortran_order': ${fortran ? "True" : "False"}, 'shape': (${sizes}), }`;
  const head = Buffer.from(`\x93NUMPY\x01\0v\0${header.padEnd(117)}\n`, "latin1");
  const width = npyKinds[kind];
  // Integers of 64 bits are small enough for doubles.
  const isLow = (k) => (kind.startsWith(">") ? k % width >= width - 2 : k % width < 2);
  const data = Uint8Array.from({ length: count * width }, (_, k) => (isLow(k) ? random.integer(256) : 0));
  return Uint8Array.from(Buffer.concat([head, data]));
}

/** The values of a .npy file, decoded another way: by whole numbers of any size. */
function npyAgain(bytes) {
  const length = bytes[6] === 1 ? bytes[8] + 256 * bytes[9] : new DataView(bytes.buffer).getUint32(8, true);
  const start = (bytes[6] === 1 ? 10 : 12) + length;
  const header = Buffer.from(bytes.subarray(start - length, start)).toString("latin1");
  const [order, kind, width] = /'descr': '([<>|=])(\w)(\d)/.exec(header).slice(1);
  const shape = [...header.slice(header.indexOf("(")).matchAll(/\d+/g)].map(Number);
  const size = Number(width);
  const count = shape.reduce((product, one) => product * one, 1);
  const values = Array.from({ length: count }, (_, k) => {
    const part = bytes.subarray(start + k * size, start + (k + 1) * size);
    const hex = Buffer.from(order === ">" ? part : part.toReversed()).toString("hex");
    const whole = BigInt(`0x${hex}`);
    if (kind === "u") return Number(whole);
    if (kind === "i") return Number(BigInt.asIntN(8 * size, whole));
    const [exponentBits, fractionBits] = { 2: [5, 10], 4: [8, 23], 8: [11, 52] }[size];
    const fraction = Number(whole & ((1n << BigInt(fractionBits)) - 1n));
    const exponent = Number((whole >> BigInt(fractionBits)) & ((1n << BigInt(exponentBits)) - 1n));
    const sign = whole >> BigInt(8 * size - 1) ? -1 : 1;
    const bias = 2 ** (exponentBits - 1) - 1;
    if (exponent === 2 ** exponentBits - 1) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
    if (exponent === 0) return sign * (fraction / 2 ** fractionBits) * 2 ** (1 - bias);
    return sign * (1 + fraction / 2 ** fractionBits) * 2 ** (exponent - bias);
  });
  if (!header.includes("True")) return values;
  const ordered = new Array(count);
  const index = shape.map(() => 0);
  for (let k = 0; k < count; k++) {
    let at = 0;
    for (let d = 0; d < shape.length; d++) at = at * shape[d] + index[d];
    ordered[at] = values[k];
    for (let d = 0; d < shape.length && ++index[d] === shape[d]; d++) index[d] = 0;
  }
  return ordered;
}

// All NaN are one: a decoder need not keep their other bits.
const npyText = ({ shape, values }) => `${shape} ${bitsOf(values.map((x) => (Number.isNaN(x) ? Number.NaN : x)))}`;
const npzText = (arrays) =>
  [...arrays]
    .map(([key, array]) => `${key} ${npyText(array)}`)
    .sort()
    .join("\n");

/* Zip archives as others write them */

function zipOf(files, { deflated = false, piped = false } = {}) {
  const parts = [];
  const central = [];
  let at = 0;
  for (const [name, content] of files) {
    const packed = deflated ? deflateRawSync(content) : content;
    const head = Buffer.alloc(26);
    head.writeUInt16LE(20, 0);
    head.writeUInt16LE(piped ? 8 : 0, 2);
    head.writeUInt16LE(deflated ? 8 : 0, 4);
    const sums = Buffer.alloc(12);
    sums.writeUInt32LE(crcOf(content), 0);
    sums.writeUInt32LE(packed.length, 4);
    sums.writeUInt32LE(content.length, 8);
    head.writeUInt16LE(name.length, 22);
    const local = Buffer.from(head);
    sums.copy(head, 10);
    if (!piped) sums.copy(local, 10);
    const start = Buffer.alloc(4);
    start.writeUInt32LE(at);
    central.push(Buffer.from("PK\x01\x02\x14\0"), head, Buffer.alloc(10), start, Buffer.from(name));
    const whole = [
      Buffer.from("PK\x03\x04"),
      local,
      Buffer.from(name),
      packed,
      ...(piped ? [Buffer.from("PK\x07\x08"), sums] : []),
    ];
    parts.push(...whole);
    at += whole.reduce((sum, part) => sum + part.length, 0);
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", 0, "latin1");
  end.writeUInt16LE(files.length, 8);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(at, 16);
  return Uint8Array.from(Buffer.concat([...parts, directory, end]));
}

const crcTable = Int32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c;
});

function crcOf(bytes) {
  let c = -1;
  for (const byte of bytes) c = crcTable[(c ^ byte) & 255] ^ (c >>> 8);
  return ~c >>> 0;
}

/* Memories, models, checkpoints */

const [LEFT, RIGHT] = [20, 9];

function memoryFiles() {
  const set = (count, units, seed) => randomPatterns(count, units, new Random(seed));
  const files = {};
  for (const rule of allRules) {
    files[`hopfield ${rule.name}`] = [3, 2].map((count) =>
      encodeMemory(new Hopfield(LEFT, { rule: rule.make() }).store(set(count, LEFT, count))),
    );
  }
  for (const kind of memoryKinds.filter(({ name }) => name !== "hopfield")) {
    const isPairs = kind.items === "pairs";
    const rules = "rule" in kind.options ? kind.options.rule.from.map(({ name }) => ({ rule: name })) : [{}];
    files[kind.name] = rules.flatMap((options) =>
      [3, 2].map((count) => {
        const memory = kind.create(isPairs ? { left: LEFT, right: RIGHT } : LEFT, options);
        const left = set(count, LEFT, count);
        return encodeMemory(memory.store(isPairs ? { left, right: set(count, RIGHT, 9) } : left));
      }),
    );
  }
  return files;
}

/** Uses a memory: whatever a forged file holds, that ends soon, with a result or a refusal. */
function used(memory) {
  const first = selectItems(memory.items, [0]);
  memory.inspect();
  memory.overlaps(first);
  // A replay takes as long as it is asked to.
  memory.recall(first, { random: new Random(1), ...(memory.kind === "sequence" && { sweeps: 3 }) });
}

function modelFiles() {
  const matrix = (rows, columns) => ({ rows, columns, values: floats(rows * columns) });
  const rbm = (visible, hidden) => new Rbm({ visible, hidden, weights: matrix(visible.width, hidden.width) });
  const notes = { seed: 7, settings: { rate: 0.05, tags: ["a", null, true] } };
  const layer = (inputs, units) => ({ weights: matrix(inputs, units), bias: floats(units) });
  const couplings = matrix(5, 5);
  for (let i = 0; i < 5; i++)
    for (let j = 0; j <= i; j++) couplings.values[j * 5 + i] = i === j ? 0 : couplings.values[i * 5 + j];
  const machines = {
    rbm: [
      rbm(binary(6), binary(4)),
      rbm(spin(4), gaussian(3)),
      rbm(softmax(2, 3), relu(3)),
      rbm(gaussian(4), softmax(2, 2)),
    ],
    boltzmann: [
      new BoltzmannMachine({ visible: binary(5), visibleCouplings: couplings }),
      new BoltzmannMachine({ visible: binary(4), hidden: binary(3), weights: matrix(4, 3), connections: "bipartite" }),
    ],
    dbn: [
      new DeepBeliefNet([rbm(binary(6), binary(5)), rbm(binary(5), binary(3))]),
      DeepBeliefNet.ofLayers([binary(6), binary(4), binary(3)], { labels: softmax(1, 3) }),
    ],
    dbm: [new DeepBoltzmannMachine({ visible: binary(6), hidden: [binary(5), binary(3)] })],
    classifier: [new Classifier([layer(6, 4), layer(4, 3)])],
  };
  return Object.fromEntries(
    Object.entries(machines).map(([kind, models]) => [
      kind,
      models.flatMap((model) => [encodeModel(model, { notes }), encodeModel(model, { precision: "single" })]),
    ]),
  );
}

/** Small trainings of every kind, begun or resumed from a checkpoint. */
function trainings() {
  const images = Float32Array.from({ length: 12 * 6 }, () => random.uniform());
  const data = probabilities(images);
  const bits = Float32Array.from(images, (p) => (p > 0.5 ? 1 : 0));
  const labels = Array.from({ length: 12 }, () => random.integer(3));
  const common = { epochs: 2, batch: 5, rate: 0.05, seed: 3 };
  const layers = [
    { ...common, seed: undefined },
    { ...common, seed: undefined },
  ];
  const rbm = (method) => (resume) =>
    train(new Rbm({ visible: binary(6), hidden: binary(4) }), data, { ...common, method, resume });
  const machine = () => new BoltzmannMachine({ visible: binary(6), hidden: binary(3) });
  const net = (given) => DeepBeliefNet.ofLayers([binary(6), binary(5), binary(3)], given);
  const deep = () => new DeepBoltzmannMachine({ visible: binary(6), hidden: [binary(5), binary(3)] });
  const classifier = () => Classifier.fromDeepBeliefNet(net({}), { classes: 3, random: new Random(5) });
  return {
    rbm: [
      rbm(contrastiveDivergence({ steps: 1 })),
      rbm(persistent({ steps: 1, chains: 4 })),
      rbm(fastWeights({ chains: 4 })),
      rbm(tempering({ chains: 2 })),
    ],
    boltzmann: [(resume) => train(machine(), bits, { ...common, resume })],
    dbn: [(resume) => train(net({ labels: softmax(1, 3) }), data, { layers, labels, seed: 2, resume })],
    dbm: [
      (resume) => train(deep(), data, { ...common, phase: "pretraining", resume }),
      (resume) => train(deep(), data, { ...common, chains: 4, steps: 1, resume }),
    ],
    classifier: [(resume) => train(classifier(), data, { ...common, labels, resume })],
  };
}

async function checkpointReaders() {
  const readers = [];
  for (const [kind, all] of Object.entries(trainings())) {
    const files = [];
    for (const start of all) {
      for await (const report of start()) files.push(encodeCheckpoint(report.checkpoint()));
    }
    readers.push(
      sealed(`checkpoint ${kind}`, files, (bytes, onWarning) =>
        encodeCheckpoint(decodeCheckpoint(bytes, "c", { onWarning })),
      ),
      resuming(`resumed ${kind}`, files, all),
    );
  }
  return readers;
}

/** Resumes a training from a checkpoint, up to its next report. */
function resuming(name, files, starts) {
  return {
    name,
    share: 0.2,
    sounds: async () => files,
    async read(bytes) {
      let warned = false;
      const onWarning = () => {
        warned = true;
      };
      const resume = decodeCheckpoint(bytes, "c", { onWarning });
      let refusal;
      for (const start of starts) {
        try {
          const { value: report } = await start(resume).next();
          return { value: report === undefined ? "over" : stateOf(report), warned };
        } catch (error) {
          if (!(isRefusal(error) || error instanceof DivergenceError)) throw error;
          refusal = error;
        }
      }
      if (refusal instanceof DivergenceError) return { value: "diverged", warned };
      throw refusal;
    },
    forge: forgeNumbers,
  };
}

const stateOf = (report) => Buffer.from(encodeCheckpoint(report.checkpoint())).toString("base64");

/** Reads and writes again: what was read is what the new file holds. */
function sealed(name, files, again) {
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

/* IDX */

const idxArrays = [
  { shape: [3, 4, 5], values: Uint8Array.from({ length: 60 }, () => random.integer(256)) },
  { shape: [7], values: Int8Array.from({ length: 7 }, () => random.integer(256)) },
  { shape: [2, 3], values: Int16Array.from({ length: 6 }, () => random.integer(65536)) },
  { shape: [2, 3], values: Int32Array.from({ length: 6 }, () => random.integer(2 ** 31)) },
  { shape: [2, 3], values: Float32Array.from(floats(6)) },
  { shape: [2, 2, 2], values: floats(8) },
];

/** Whether an IDX file holds this array, decoded another way; all NaN are one. */
function isIdx(bytes, { shape, values }) {
  const again = plainIdx(bytes);
  const numbers = (list) => Array.from(list, (x) => (Number.isNaN(x) ? "NaN" : Object.is(x, -0) ? "-0" : String(x)));
  return again.shape.join() === shape.join() && numbers(again.values).join() === numbers(values).join();
}

/** The content of a gzip file by zlib; undefined if zlib refuses it, as it does some bytes after its end. */
function unpacked(bytes) {
  try {
    return Uint8Array.from(gunzipSync(bytes));
  } catch {
    return undefined;
  }
}

const idxText = ({ shape, values }) => `${shape} ${bitsOf(values)}`;

/* Images */

async function imageFiles(folder) {
  const pixels = Uint8Array.from({ length: 64 }, (_, k) => (k * 37) % 251);
  const spins = Array.from(pixels, (pixel) => (pixel > 127 ? 1 : -1));
  const png = await encodePng(spins, [8, 8]);
  const { default: sharp } = await import("sharp");
  const picture = () => sharp(Buffer.from(pixels), { raw: { width: 8, height: 8, channels: 1 } });
  const files = {
    png: [png, await picture().png().toBuffer()],
    jpeg: [await picture().jpeg().toBuffer()],
    webp: [await picture().webp({ lossless: true }).toBuffer()],
  };
  mkdirSync(folder, { recursive: true });
  return Object.entries(files).map(([kind, sounds]) => ({
    name: `image ${kind}`,
    share: 0.05,
    sounds: async () => sounds.map((bytes) => Uint8Array.from(bytes)),
    async read(bytes) {
      const path = join(folder, `picture.${kind}`);
      writeFileSync(path, bytes);
      const { pixels: grey, shape } = await readGrey(path);
      // Pictures have no checksum that all decoders compare: what counts is that there is a pixel for each place.
      return {
        value: `${shape.join()} ${bitsOf(grey)}`,
        faithful: grey.length === shape[0] * shape[1] && shape.every((size) => size > 0),
      };
    },
  }));
}

/* Labels beside their images */

function labelsReader(folder) {
  const place = join(folder, "labelled");
  mkdirSync(place, { recursive: true });
  const count = 5;
  const pixels = Uint8Array.from({ length: count * 4 }, (_, k) => (k * 7) % 3);
  writeFileSync(join(place, "train-images-idx3-ubyte"), writeIdx({ shape: [count, 2, 2], values: pixels }));
  const classes = [3, 1, 0, 3, 2];
  return {
    name: "labels of a folder",
    share: 0.5,
    sounds: async () =>
      [Uint8Array, Int8Array, Int32Array].map((Kind) => writeIdx({ shape: [count], values: Kind.from(classes) })),
    async read(bytes) {
      writeFileSync(join(place, "train-labels-idx1-ubyte"), bytes);
      const { labels, bits } = await readDataSet(place);
      const { shape, values } = plainIdx((bytes[0] === 0x1f && unpacked(bytes)) || bytes);
      const wanted = Array.from({ length: shape[0] }, (_, row) => String(values[(row * values.length) / shape[0]]));
      const text = labels?.join() ?? "none";
      return { value: `${text} ${bitsOf(bits.words)}`, faithful: wanted.sort().join() === labels?.toSorted().join() };
    },
  };
}

/** An IDX array of whole numbers, decoded another way. */
function plainIdx(bytes) {
  const shape = Array.from({ length: bytes[3] }, (_, d) => Buffer.from(bytes).readUInt32BE(4 + 4 * d));
  const width = { 8: 1, 9: 1, 11: 2, 12: 4, 13: 4, 14: 8 }[bytes[2]];
  const data = Buffer.from(bytes.subarray(4 + 4 * bytes[3]));
  const number = {
    8: "readUInt8",
    9: "readInt8",
    11: "readInt16BE",
    12: "readInt32BE",
    13: "readFloatBE",
    14: "readDoubleBE",
  };
  return { shape, values: Array.from({ length: data.length / width }, (_, k) => data[number[bytes[2]]](k * width)) };
}

/* Parts of experiments */

async function partsReader(folder) {
  const { KeptParts } = await import(new URL("../../dist/node/reproduce/kept-parts.js", import.meta.url));
  const order = { experiment: { id: "fuzz/parts", version: 1, tasks: () => 6 }, parameters: { draws: 6 }, seed: 1 };
  const parts = Array.from({ length: 6 }, (_, task) => ({ task, wrong: [task, 2.5, 1e-9], name: `part ${task}` }));
  const place = join(folder, "parts");
  const path = KeptParts.open(place, order).path;
  const written = (tasks) => {
    writeFileSync(path, "");
    const kept = KeptParts.open(place, order);
    for (const task of tasks) kept.add(task, { part: parts[task], seconds: 1 });
    kept.close();
    return Uint8Array.from(readFileSync(path));
  };
  return {
    name: "parts of experiments",
    share: 0.5,
    sounds: async () => [written([0, 1, 2, 3]), written([5, 4]), written([0])],
    async read(bytes) {
      writeFileSync(path, bytes);
      const kept = KeptParts.open(place, order);
      kept.close();
      const found = [...kept.found].sort(([a], [b]) => a - b);
      // Lines that were lost are work to be done again; what is there must be what was saved.
      const faithful = found.every(([task, { part }]) => JSON.stringify(part) === JSON.stringify(parts[task]));
      return { value: JSON.stringify(found), faithful };
    },
  };
}

/* Addresses of the lab */

async function addressReaders() {
  const { build } = await import("vite");
  const pages = ["recall", "train", "equivalence"];
  const root = fileURLToPath(new URL("../../lab", import.meta.url));
  const outDir = fileURLToPath(new URL("../../node_modules/.cache/engram-addresses", import.meta.url));
  const entry = Object.fromEntries(pages.map((page) => [page, join(root, "src", page, "address.ts")]));
  const options = { ssr: true, outDir, emptyOutDir: true, rollupOptions: { input: entry } };
  await build({ root, configFile: false, logLevel: "error", build: options });
  const { glyphNames } = await import("engram/data");
  return Promise.all(
    pages.map(async (page) => {
      const { readSetting, writeSetting } = await import(join(outDir, `${page}.js`));
      const first = () => readSetting("", glyphNames);
      const texts = [
        writeSetting(first(), glyphNames),
        `seed=7&speed=40&rule=storkey&flip=25&dynamics=glauber&dynamics.beta=2&${writeSetting(first(), glyphNames)}`,
        "source=images&side=16&image=AAAA:ring&image=____:cross&store=0-1&from=1&paint=AAAA",
      ];
      return {
        name: `address ${page}`,
        share: 1,
        sounds: async () => texts.map((text) => Uint8Array.from(Buffer.from(text))),
        async read(bytes) {
          const setting = readSetting(Buffer.from(bytes).toString("latin1"), glyphNames);
          const value = writeSetting(setting, glyphNames);
          // Whatever makes no sense is as on a first visit: the address of what was read is read as the same.
          return { value, faithful: value === writeSetting(readSetting(value, glyphNames), glyphNames) };
        },
      };
    }),
  );
}

/**
 * All readers.
 *
 * @param {string} folder for files that readers need
 * @param {{ lab?: boolean }} [options] `lab` builds and reads the lab's addresses, too
 * @returns {Promise<readonly Reader[]>}
 */
export async function allReaders(folder, { lab = false } = {}) {
  mkdirSync(folder, { recursive: true });
  const shapes = [[5], [2, 3], [], [2, 1, 3]];
  const npys = Object.keys(npyKinds).flatMap((kind) => shapes.map((shape, k) => npyOf(kind, shape, k % 2 === 1)));
  const members = (seed) => {
    const source = new Random(seed);
    const array = (...shape) => ({
      shape,
      values: Float64Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => source.integer(9) / 4),
    });
    return new Map([
      ["components", array(3, 4)],
      ["intercept_hidden", array(3)],
      ["intercept_visible", array(4)],
    ]);
  };
  const npyMembers = (seed) => Array.from(members(seed), ([key, array]) => [`${key}.npy`, writeNpy(array)]);
  const npzs = {
    stored: [zipOf(npyMembers(1)), zipOf(npyMembers(2)), await encodeNpz(members(3))],
    deflated: [zipOf(npyMembers(1), { deflated: true }), zipOf(npyMembers(2), { deflated: true })],
    piped: [zipOf(npyMembers(1), { deflated: true, piped: true }), zipOf(npyMembers(2), { piped: true })],
  };
  const idxs = idxArrays.map(writeIdx);
  const gzips = idxs.flatMap((bytes, k) => [
    gzipSync(bytes),
    Buffer.concat([gzipSync(bytes.subarray(0, 9)), gzipSync(bytes.subarray(9), { level: k })]),
  ]);
  const tensors = [
    ["a", { dtype: "F32", shape: [2, 3], data: new Uint8Array(24).fill(7) }],
    ["b", { dtype: "U8", shape: [5], data: Uint8Array.of(1, 2, 3, 4, 5) }],
    ["none", { dtype: "F64", shape: [0], data: new Uint8Array(0) }],
  ];
  const plain = [
    writeSafetensors({ tensors: new Map(tensors), metadata: new Map([["format", "test"]]) }),
    writeSafetensors({ tensors: new Map(tensors.slice(1)), metadata: new Map() }),
  ];
  return [
    {
      name: "npy",
      share: 4,
      sounds: async () => npys,
      async read(bytes) {
        const array = readNpy(bytes);
        return {
          value: npyText(array),
          faithful: npyText({ ...array, values: Float64Array.from(npyAgain(bytes)) }) === npyText(array),
        };
      },
    },
    ...Object.entries(npzs).map(([name, files]) => ({
      name: `npz ${name}`,
      share: 4,
      sounds: async () => files,
      read: async (bytes) => ({ value: npzText(await decodeNpz(bytes)) }),
    })),
    {
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
    },
    ...Object.entries(memoryFiles()).map(([name, files]) =>
      sealed(`memory ${name}`, files, (bytes, onWarning) => {
        const memory = decodeMemory(bytes, { onWarning });
        used(memory);
        return encodeMemory(memory);
      }),
    ),
    ...Object.entries(modelFiles()).map(([name, files]) =>
      sealed(`model ${name}`, files, (bytes, onWarning) => {
        const { model, shape, notes } = decodeModel(bytes, { onWarning });
        // Single precision widens to double without loss.
        return encodeModel(model, { shape, notes });
      }),
    ),
    ...(await checkpointReaders()),
    {
      name: "idx",
      share: 4,
      sounds: async () => idxs,
      async read(bytes) {
        const array = await readIdx(bytes);
        return { value: idxText(array), faithful: isIdx(bytes, array) };
      },
    },
    {
      name: "idx gzip",
      share: 2,
      sounds: async () => gzips.map((bytes) => Uint8Array.from(bytes)),
      read: async (bytes) => {
        const array = await readIdx(bytes);
        // A file without the signature is a plain one; members of two files, joined, are a gzip file.
        const plainBytes = bytes[0] === 0x1f ? unpacked(bytes) : bytes;
        return { value: idxText(array), faithful: plainBytes && isIdx(plainBytes, array) };
      },
    },
    ...(await imageFiles(folder)),
    labelsReader(folder),
    await partsReader(folder),
    ...(lab ? await addressReaders() : []),
  ];
}

/** Whether an error is how a reader refuses bad input: one line of bounded length. */
export function isRefusal(error) {
  return error instanceof EngramError && error.fault === "input" && /^[^\n]{1,1000}$/.test(error.message);
}
