import { allDynamics } from "engram/dynamics";
import { allRules } from "engram/learning";
import { decodeUnits } from "../encoding.js";
import { readNamed, writeNamed } from "../options.js";
import { Query, writeQuery } from "../query.js";
import {
  type Damage,
  defaultSetting,
  digitsPerClass,
  firstDynamics,
  firstRule,
  firstStored,
  imageLimit,
  imageSides,
  noImages,
  type OwnImage,
  type OwnImages,
  rowsNamed,
  type Setting,
  type Source,
  shortLabel,
  unitsOf,
} from "./setting.js";

/** The setting as the part of an address after `#/recall?`. */
export function writeSetting(setting: Setting, glyphNames: readonly string[]): string {
  const { source, images, stored, rule, from, damage, painted, seed, dynamics, speed } = setting;
  const entries: [string, string | number][] = [["source", source]];
  if (images.items.length > 0) {
    entries.push(["side", images.side], ["threshold", images.threshold]);
    if (images.invert) entries.push(["bright", 1]);
    for (const { label, units, id } of images.items) {
      entries.push(["image", `${units}${id === undefined ? "" : `.${id}`}:${label}`]);
    }
  }
  const isGlyphs = source === "glyphs";
  entries.push(["store", isGlyphs ? writeNames(stored.map((row) => glyphNames[row])) : writeRanges(stored)]);
  entries.push(...writeNamed("rule", rule, allRules));
  entries.push(["from", isGlyphs && typeof from === "number" ? glyphNames[from] : from]);
  entries.push(damage.kind === "flip" ? ["flip", damage.percent] : ["flips", damage.count]);
  if (painted !== "") entries.push(["paint", painted]);
  entries.push(["seed", seed], ...writeNamed("dynamics", dynamics, allDynamics), ["speed", speed]);
  return writeQuery(entries);
}

/** Reads what `writeSetting` wrote. What is missing or makes no sense is as on a first visit. */
export function readSetting(address: string | Query, glyphNames: readonly string[]): Setting {
  const query = typeof address === "string" ? new Query(address) : address;
  for (const [before, now] of Object.entries(renamed)) query.rename(before, now);
  const first = defaultSetting(glyphNames);
  const source = query.oneOf<Source>("source", ["glyphs", "digits", "images"], first.source);
  const images = readImages(query);
  const units = unitsOf({ source, images });
  const rows = { glyphs: glyphNames.length, digits: 10 * digitsPerClass, images: images.items.length }[source];
  return {
    source,
    images,
    stored: query.has("store") ? readRows(query, source, rows, glyphNames) : firstStored(source, images, glyphNames),
    rule: readNamed(query, "rule", allRules, firstRule),
    from: readFrom(query, source, rows, glyphNames),
    damage: readDamage(query, units, first.damage),
    painted: query.text("paint", (text) => decodeUnits(text, units) !== undefined),
    seed: Math.floor(query.number("seed", 0, Number.MAX_SAFE_INTEGER, first.seed)),
    dynamics: readNamed(query, "dynamics", allDynamics, firstDynamics),
    speed: query.number("speed", 0, 100, first.speed),
  };
}

/** Keys of earlier addresses, and what they are now. */
const renamed = { self: "rule.selfCoupling", beta: "dynamics.beta" } as const;

/** Single letters run together, longer names between points: `ENGRAM.heart.star`. */
function writeNames(names: readonly string[]): string {
  const letters = names.filter((name) => name.length === 1).join("");
  return [letters, ...names.filter((name) => name.length > 1)].filter((part) => part !== "").join(".");
}

/** Rows as ranges: `0-9.20.30`. */
function writeRanges(rows: readonly number[]): string {
  const parts: string[] = [];
  for (let i = 0; i < rows.length; i++) {
    const begin = i;
    while (rows[i + 1] === rows[i] + 1) i++;
    parts.push(i > begin ? `${rows[begin]}-${rows[i]}` : `${rows[i]}`);
  }
  return parts.join(".");
}

function readRows(query: Query, source: Source, count: number, glyphNames: readonly string[]): number[] {
  const text = query.get("store") ?? "";
  const parts = text.split(".").filter((part) => part !== "");
  if (source === "glyphs") {
    const names = parts.flatMap((part) => (/^[A-Z]+$/.test(part) ? [...part] : [part]));
    if (!names.every((name) => glyphNames.includes(name))) query.refuse("store", text);
    return rowsNamed(glyphNames, names);
  }
  const found = new Set<number>();
  for (const part of parts) {
    const range = /^(\d{1,6})(?:-(\d{1,6}))?$/.exec(part);
    const last = Number(range?.[2] ?? range?.[1] ?? Number.NaN);
    if (!(last < count)) query.refuse("store", text);
    for (let row = Number(range?.[1]); row <= Math.min(last, count - 1); row++) found.add(row);
  }
  return [...found].sort((a, b) => a - b);
}

function readFrom(query: Query, source: Source, rows: number, glyphNames: readonly string[]): Setting["from"] {
  const text = query.get("from");
  if (text === "noise" || text === "blank") return text;
  if (source === "glyphs") {
    const first = defaultSetting(glyphNames).from;
    return glyphNames.indexOf(query.oneOf("from", glyphNames, glyphNames[Number(first)]));
  }
  if (rows > 0) return Math.floor(query.number("from", 0, rows - 1, 0));
  query.refuse("from", text);
  return "noise";
}

function readDamage(query: Query, units: number, otherwise: Damage): Damage {
  const count = query.number("flips", 0, units, -1);
  const percent = query.number("flip", 0, 100, -1);
  if (count >= 0) return { kind: "exactly", count: Math.floor(count) };
  return percent >= 0 ? { kind: "flip", percent } : otherwise;
}

function readImages(query: Query): OwnImages {
  const { side: usual, threshold } = noImages;
  const isSide = imageSides.includes(Number(query.get("side") ?? usual));
  const side = Number(query.oneOf("side", imageSides.map(String), String(usual)));
  const items = query.getAll("image").flatMap((entry, k): OwnImage[] => {
    const [, units, id, label] = /^([^:.]*)(?:\.(\w+))?:(.*)$/s.exec(entry) ?? [];
    if (isSide && k < imageLimit && units !== undefined && decodeUnits(units, side ** 2) !== undefined) {
      return [{ units, label: shortLabel(label), ...(id === undefined ? {} : { id }) }];
    }
    query.refuse("image", entry);
    return [];
  });
  return {
    side,
    threshold: Math.floor(query.number("threshold", 1, 255, threshold)),
    invert: query.oneOf("bright", ["0", "1"], "0") === "1",
    items,
  };
}
