import { ArgumentError } from "../../errors.js";
import type { ModelKind } from "../../models/model-kind.js";
import { makerNamed, makerOf } from "../../options.js";
import { Packing } from "../../packed.js";
import { gaussian } from "../../units/index.js";
import { isParameter } from "../parameters.js";
import { leaves } from "../tree.js";
import { haltings } from "./halting.js";
import { Memo } from "./memo.js";

/** A MEMO: its sizes and options, and an array for each parameter; no facts. */
export const memoKind: ModelKind<Memo> = {
  name: "memo",
  title: "MEMO",
  reference: "Banino et al. 2020",
  holds: (model): model is Memo => model instanceof Memo,
  describe: ({ units, dimension, heads, hops, pairs, maps, halting }) =>
    `a MEMO on items of ${units} entries, with vectors of ${dimension} entries, ${heads} heads with ${maps} maps, pairs ${pairs}, and ${halting.name === "fixed" ? "" : "at most "}${hops} hops`,
  visible: ({ units }) => gaussian(units),
  pack({ units, dimension, heads, hops, pairs, maps, halting, parameters }) {
    if (!haltings.includes(makerOf(halting) as never)) {
      throw new ArgumentError(`halting is ${halting.name}, which is not one of the library; files hold those alone`);
    }
    const packing = new Packing("memo").set("units", units).set("dimension", dimension).set("heads", heads);
    packing.set("hops", hops).set("pairs", pairs).set("maps", maps);
    packing.set("halting", halting.name).set("haltingOptions", halting.options);
    for (const [name, { values, shape }] of leaves(parameters, isParameter)) packing.add(name, values, shape);
    return packing;
  },
  unpack(parts) {
    const units = parts.integer("units", 1, 1_000_000);
    const [dimension, heads] = [parts.integer("dimension", 1, 10_000), parts.integer("heads", 1, 1000)];
    const hops = parts.integer("hops", 1, 100);
    const shape = parts.shapeOf("item.weights");
    if (shape?.[0] !== units || shape[1] !== dimension) throw parts.wrong("units", "those of its map of items");
    if (parts.shapeOf("empty")?.[0] !== heads) throw parts.wrong("heads", "those of its empty facts");
    const pairs = parts.choice("pairs", ["apart", "summed"]);
    const maps = parts.choice("maps", ["shared", "free"]);
    const name = parts.text("halting") ?? "";
    const halting = parts.made("MEMO", () =>
      makerNamed("halting", haltings, name).make(parts.record("haltingOptions")),
    );
    const memo = parts.made("MEMO", () => new Memo(units, { dimension, heads, hops, pairs, maps, halting }));
    for (const [key, { values, shape: own }] of leaves(memo.parameters, isParameter)) {
      values.set(parts.numbers(key, own));
    }
    return memo;
  },
};
