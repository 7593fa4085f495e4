import {
  type AnyMemory,
  type Attractor,
  countOf,
  type Inspection,
  type Items,
  isPairs,
  labelOf,
  type ModernAttractor,
  type Nearest,
  type Recall,
  type VectorLookup,
  type Visit,
} from "../../memories/index.js";
import { listed } from "../../names.js";
import { plain } from "../../node/index.js";
import { count, short } from "../io/output.js";

/*
 * Memories and recalls in words. Recalls of all kinds have the same base; what a kind adds (an attractor, the visits of a
 * replay, a margin) is described if it is present.
 */

/** The stored items: "6 patterns of 256 units (16x16)". */
export function describeItems(items: Items): string {
  const picture = (shape: readonly number[] | undefined) => (shape === undefined ? "" : ` (${shape.join("x")})`);
  const many = countOf(items);
  if (!isPairs(items)) return `${count(many, "pattern")} of ${items.units} units${picture(items.shape)}`;
  const { left, right } = items;
  return `${count(many, "pair")} of ${left.units}${picture(left.shape)} and ${right.units}${picture(right.shape)} units`;
}

/** A memory: "hopfield, projection without self-coupling". */
export function describeMemory(memory: AnyMemory): string {
  const { rule } = memory as { readonly rule?: { readonly name: string; readonly selfCoupling?: boolean } };
  const parts = memory.describe?.();
  if (parts !== undefined) return `${memory.kind}, ${parts}`;
  if (rule === undefined) return memory.kind;
  const coupling = rule.selfCoupling === undefined ? "" : ` ${rule.selfCoupling ? "with" : "without"} self-coupling`;
  return `${memory.kind}, ${rule.name}${coupling}`;
}

/** The measures of an inspection that are present. */
export function howWell(inspection: Inspection): string {
  const {
    load,
    fixedPoints,
    recalled,
    minStability,
    period,
    sampled,
    retrieved,
    neededBeta,
    separations,
    rows,
    rowsUsed,
    divergence,
  } = inspection as Inspection & {
    readonly rows?: number;
    readonly rowsUsed?: number;
    readonly divergence?: number;
    readonly load?: number;
    readonly fixedPoints?: number;
    readonly recalled?: number;
    readonly minStability?: number;
    readonly period?: number;
    readonly sampled?: number;
    readonly retrieved?: number;
    readonly neededBeta?: number;
    readonly separations?: { readonly least: number; readonly median: number };
  };
  const items = count(inspection.stored, "item");
  const parts = [
    ...(load === undefined ? [] : [`load ${short(load)}`]),
    ...(fixedPoints === undefined ? [] : [`${fixedPoints} of ${items} stable`]),
    ...(minStability === undefined ? [] : [`smallest stability ${short(minStability)}`]),
    ...(recalled === undefined ? [] : [`${recalled} of ${items} recalled from themselves`]),
    ...(retrieved === undefined || sampled === undefined
      ? []
      : [`${Math.round(retrieved * sampled)} of ${count(sampled, "sampled vector")} with a weight of 0.99`]),
    ...(neededBeta === undefined ? [] : [`99 % of them need beta ${short(neededBeta)}`]),
    ...(separations === undefined
      ? []
      : [`separation ${short(separations.median)} (median), ${short(separations.least)} (least)`]),
    ...(rows === undefined || rowsUsed === undefined ? [] : [`${short(rowsUsed)} of ${count(rows, "row")} used`]),
    ...(divergence === undefined ? [] : [`${short(divergence)} nats from the prior`]),
    ...(period === undefined ? [] : [`${short(period)} sweeps from one pattern to the next`]),
  ];
  return parts.length === 0 ? items : parts.join(", ");
}

/** What is said of items that were stored, or of vectors in a file. */
export type NamedItems = Items | Pick<VectorLookup, "count" | "labels">;

/** The name of a stored item: its label, or its number. */
export function itemName(items: NamedItems, index: number): string {
  const label = labelOf(items, index);
  return label === undefined ? `${"left" in items ? "pair" : "pattern"} ${index}` : `"${plain(label)}"`;
}

/** The result of a recall of any kind, in words that follow "From a cue ... ". */
export function describeRecall(recall: Recall, items: NamedItems): string {
  const { attractor, period, visits, ordered, margin } = recall as Recall & {
    readonly attractor?: Attractor | ModernAttractor;
    readonly period?: number;
    readonly visits?: readonly Visit[];
    readonly ordered?: boolean;
    readonly margin?: number;
  };
  if (visits !== undefined) return describeReplay(visits, ordered === true, recall.sweeps, items);
  if (attractor !== undefined && "class" in attractor) return describeRetrieval(attractor, recall, items);
  if (attractor !== undefined) return describeAttractor(attractor, period ?? 0, recall, items);
  const name = itemName(items, recall.nearest.index);
  if (margin !== undefined) return `it recalled the name ${name}, by a margin of ${short(margin)}`;
  return `it recalled a state nearest to ${name}${closeness(recall.nearest)}`;
}

function describeRetrieval(attractor: ModernAttractor, recall: Recall, items: NamedItems): string {
  const { effective, weights } = recall as Recall & {
    readonly effective: number;
    readonly weights: readonly { readonly weight: number }[];
  };
  const name = itemName(items, recall.nearest.index);
  switch (attractor.kind) {
    case "stored":
      return `it recalled the stored ${name}, of weight ${short(weights[0].weight)}`;
    case "metastable":
      return `it recalled the mean of ${effective} patterns (90 % of the weight), most of all of ${name}`;
    case "average":
      return `it recalled an average of ${effective} of ${countOf(items)} patterns`;
    case "none":
      return `it reached no stored pattern; the nearest is ${name}${closeness(recall.nearest)}`;
  }
}

function closeness({ overlap, distance }: Nearest): string {
  if (overlap !== undefined) return ` at overlap ${short(overlap)}`;
  return distance === undefined ? "" : ` at distance ${short(distance)}`;
}

function describeReplay(visits: readonly Visit[], ordered: boolean, sweeps: number, items: NamedItems): string {
  if (visits.length === 0) return `it visited no stored pattern in ${count(sweeps, "sweep")}`;
  const stays = visits.map(({ index, dwell }) => `${itemName(items, index)} (${count(dwell, "sweep")})`);
  return `it visited ${stays.join(", ")}: ${ordered ? "in order" : "not in order"}`;
}

function describeAttractor(
  attractor: Attractor,
  period: number,
  { nearest, sweeps }: Recall,
  items: NamedItems,
): string {
  const what = "left" in items ? "pair" : "pattern";
  const near = `the nearest stored ${what} is ${itemName(items, nearest.index)}${closeness(nearest)}`;
  switch (attractor.kind) {
    case "stored":
      return `it settled on the stored ${what} ${partsOf(attractor, items)}, exactly`;
    case "reversed":
      return `it settled on the negative of the stored ${what} ${partsOf(attractor, items)}, exactly`;
    case "mixture":
      return `it settled on a mixture, the majority of ${partsOf(attractor, items)}`;
    case "spurious":
      return `it settled on a state that was not stored; ${near}`;
    case "cycle":
      return `it ended in a cycle of ${period} states; ${near}`;
    case "none":
      return `it had not settled after ${count(sweeps, "sweep")}; ${near}`;
  }
}

function partsOf({ parts }: Attractor, items: NamedItems): string {
  return listed(
    parts.map(({ index, sign }) => itemName(items, index) + (sign < 0 && parts.length > 1 ? " reversed" : "")),
  );
}
