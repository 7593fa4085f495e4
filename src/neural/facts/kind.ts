import { ArgumentError } from "../../errors.js";
import type { ModelKind } from "../../models/model-kind.js";
import { type Made, type Maker, makerOf } from "../../options.js";
import { Packing, type Unpacking } from "../../packed.js";
import { gaussian } from "../../units/index.js";
import { isParameter } from "../parameters.js";
import { leaves } from "../tree.js";
import { encodings } from "./encodings/index.js";
import { MemoryNetwork } from "./memory-network.js";
import { supervisions } from "./supervisions/index.js";
import { tyings } from "./tyings/index.js";

const MADE = { encoding: encodings, tying: tyings, supervision: supervisions } as const;

/** A memory network: its words, sizes and made values with their options, and an array for each parameter; no facts. */
export const memoryNetworkKind: ModelKind<MemoryNetwork> = {
  name: "memory-network",
  title: "memory network",
  reference: "Sukhbaatar et al. 2015; Weston et al. 2015",
  holds: (model): model is MemoryNetwork => model instanceof MemoryNetwork,
  describe: ({ words, dimension, hops, memories, supervision, encoding }) =>
    `a memory network of ${words.length} words, ${hops} hop${hops === 1 ? "" : "s"} over at most ${memories} facts of ${dimension} entries, with the encoding ${encoding.name} and supervision by ${supervision.name}`,
  // A sentence is a row of weights of words.
  visible: ({ words }) => gaussian(words.length),
  pack(network) {
    const { words, dimension, hops, memories, parameters } = network;
    const packing = new Packing("memory-network").set("words", [...words]).set("count", words.length);
    packing.set("dimension", dimension).set("hops", hops).set("memories", memories);
    for (const [option, makers] of Object.entries(MADE)) {
      const made = network[option as keyof typeof MADE] as object & Made;
      if (!(makers as readonly Maker[]).includes(makerOf(made) as never)) {
        throw new ArgumentError(`${option} is ${made.name}, which is not one of the library; files hold those alone`);
      }
      packing.set(option, made.name).set(`${option}Options`, made.options);
    }
    for (const [name, { values, shape }] of leaves(parameters, isParameter)) packing.add(name, values, shape);
    return packing;
  },
  unpack(parts) {
    const count = parts.integer("count", 1, 1_000_000);
    const words = parts.strings("words", count);
    if (words === undefined) throw parts.wrong("words", `a JSON list of ${count} words`);
    const [dimension, hops] = [parts.integer("dimension", 1, 10_000), parts.integer("hops", 1, 100)];
    const memories = parts.integer("memories", 1, 100_000);
    requireRoom(parts, count, dimension, memories);
    const made = Object.fromEntries(
      Object.entries(MADE).map(([option, makers]) => [option, unpackMade(parts, option, makers as readonly Maker[])]),
    );
    const network = parts.made(
      "memory network",
      () => new MemoryNetwork(words, { dimension, hops, memories, ...(made as object) }),
    );
    for (const [name, { values, shape }] of leaves(network.parameters, isParameter)) {
      values.set(parts.numbers(name, shape));
    }
    return network;
  },
};

/** Refuses sizes for which the file has no arrays, before anything of that size is made. */
function requireRoom(parts: Unpacking, words: number, dimension: number, memories: number): void {
  const has = (rows: number) =>
    ["tables.0", "input"].some((table) =>
      ["words", "places"].some((name) => {
        const shape = parts.shapeOf(`${table}.${name}`);
        return shape?.length === 2 && shape[0] === rows && shape[1] === dimension;
      }),
    );
  if (!has(words)) throw parts.wrong("count", "the number of words of its tables");
  if (!has(memories)) throw parts.wrong("memories", "the number of places of its tables");
}

function unpackMade(parts: Unpacking, option: string, makers: readonly Maker[]): unknown {
  const name = parts.choice(
    option,
    makers.map((maker) => maker.name),
  );
  const options = parts.record(`${option}Options`);
  return parts.made("memory network", () => makers.find((maker) => maker.name === name)?.make(options));
}
