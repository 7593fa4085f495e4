import { allDynamics } from "engram/dynamics";
import { allRules } from "engram/learning";
import { decodeUnits } from "../encoding.js";
import { readNamed, writeNamed } from "../options.js";
import { numberIn, oneOf, writeQuery } from "../query.js";
import {
  type Damage,
  defaultSetting,
  digitsPerClass,
  firstDynamics,
  firstRule,
  firstStored,
  imageLimit,
  imageSides,
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
    entries.push(["side", images.side]);
    for (const { label, units } of images.items) entries.push(["image", `${units}:${label}`]);
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
export function readSetting(text: string, glyphNames: readonly string[]): Setting {
  const query = renewed(new URLSearchParams(text));
  const first = defaultSetting(glyphNames);
  const source = oneOf<Source>(query.get("source"), ["glyphs", "digits", "images"], first.source);
  const images = readImages(query);
  const units = unitsOf({ source, images });
  const rows = { glyphs: glyphNames.length, digits: 10 * digitsPerClass, images: images.items.length }[source];
  const store = query.get("store");
  const painted = query.get("paint") ?? "";
  return {
    source,
    images,
    stored: store === null ? firstStored(source, images, glyphNames) : readRows(store, source, rows, glyphNames),
    rule: readNamed(query, "rule", allRules, firstRule),
    from: readFrom(query.get("from"), source, rows, glyphNames),
    damage: readDamage(query, units, first.damage),
    painted: decodeUnits(painted, units) === undefined ? "" : painted,
    seed: Math.floor(numberIn(query.get("seed"), 0, Number.MAX_SAFE_INTEGER, first.seed)),
    dynamics: readNamed(query, "dynamics", allDynamics, firstDynamics),
    speed: numberIn(query.get("speed"), 0, 100, first.speed),
  };
}

/** Keys of earlier addresses, and what they are now. */
const renamed = { self: "rule.selfCoupling", beta: "dynamics.beta" } as const;

function renewed(query: URLSearchParams): URLSearchParams {
  for (const [before, now] of Object.entries(renamed)) {
    const value = query.get(before);
    if (value !== null && !query.has(now)) query.set(now, value);
  }
  return query;
}

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

function readRows(text: string, source: Source, count: number, glyphNames: readonly string[]): number[] {
  const parts = text.split(".");
  if (source === "glyphs") {
    return rowsNamed(
      glyphNames,
      parts.flatMap((part) => (/^[A-Z]+$/.test(part) ? [...part] : [part])),
    );
  }
  const found = new Set<number>();
  for (const part of parts) {
    const range = /^(\d{1,6})(?:-(\d{1,6}))?$/.exec(part);
    if (range === null) continue;
    const last = Math.min(Number(range[2] ?? range[1]), count - 1);
    for (let row = Number(range[1]); row <= last; row++) found.add(row);
  }
  return [...found].sort((a, b) => a - b);
}

function readFrom(text: string | null, source: Source, rows: number, glyphNames: readonly string[]): Setting["from"] {
  if (text === "noise" || text === "blank") return text;
  if (source === "glyphs") {
    const row = text === null ? -1 : glyphNames.indexOf(text);
    return row >= 0 ? row : defaultSetting(glyphNames).from;
  }
  if (rows === 0) return "noise";
  return Math.floor(numberIn(text, 0, rows - 1, 0));
}

function readDamage(query: URLSearchParams, units: number, otherwise: Damage): Damage {
  const count = numberIn(query.get("flips"), 0, units, -1);
  if (count >= 0) return { kind: "exactly", count: Math.floor(count) };
  const percent = numberIn(query.get("flip"), 0, 100, -1);
  return percent >= 0 ? { kind: "flip", percent } : otherwise;
}

function readImages(query: URLSearchParams): OwnImages {
  const side = Number(query.get("side") ?? 32);
  if (!imageSides.includes(side)) return { side: 32, items: [] };
  const items = query.getAll("image").flatMap((entry): OwnImage[] => {
    const [, units, label] = /^([^:]*):(.*)$/s.exec(entry) ?? [];
    if (units === undefined || decodeUnits(units, side ** 2) === undefined) return [];
    return [{ units, label: shortLabel(label) }];
  });
  return { side, items: items.slice(0, imageLimit) };
}
