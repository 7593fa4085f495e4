import { Query, writeQuery } from "../query.js";
import { type PresetName, presetNames } from "./presets.js";
import {
  defaultSetting,
  leastBeta,
  leastUnits,
  mostBeta,
  mostPatterns,
  mostStarts,
  mostStored,
  mostTemperature,
  mostUnits,
  mostWeight,
  type Point,
  presetSetting,
  reach,
  type Setting,
  type SurfaceSetting,
  updates,
  views,
} from "./setting.js";

/** The setting as the part of an address after `#/landscape?`: what is not as on a first visit of its preset. */
export function writeSetting(setting: Setting): string {
  const { preset, draw, units, view, update, temperature, at, seed, speed, surface } = setting;
  const first = preset === "own" ? blank(units) : presetSetting(preset, draw, units);
  const entries: [string, string | number][] = [["net", preset]];
  if (preset === "own" || preset === "random") entries.push(["n", units]);
  if (preset === "random") entries.push(["draw", draw]);
  if (preset === "own") entries.push(["w", writeWeights(setting)], ["theta", setting.thresholds.join(",")]);
  if (setting.stored.join() !== first.stored.join()) entries.push(["store", writeStates(setting.stored, units)]);
  if (setting.locked !== first.locked) entries.push(["lock", Number(setting.locked)]);
  if (view !== first.view) entries.push(["show", view]);
  if (update !== first.update) entries.push(["update", update]);
  if (temperature !== first.temperature) entries.push(["T", temperature]);
  if (at !== first.at) entries.push(["at", writeStates([at], units)]);
  if (seed !== first.seed) entries.push(["seed", seed]);
  if (speed !== first.speed) entries.push(["speed", speed]);
  const { patterns, beta, starts } = first.surface;
  if (surface.beta !== beta) entries.push(["beta", surface.beta]);
  if (surface.patterns.join() !== patterns.join()) entries.push(["x", writePoints(surface.patterns)]);
  if (surface.starts.join() !== starts.join()) entries.push(["from", writePoints(surface.starts)]);
  return writeQuery(entries);
}

/** Reads what `writeSetting` wrote. What is missing or makes no sense is as on a first visit of its preset. */
export function readSetting(address: string | Query): Setting {
  const query = typeof address === "string" ? new Query(address) : address;
  const name = query.oneOf<PresetName | "own">("net", [...presetNames, "own"], defaultSetting.preset);
  const first = name === "own" ? readOwn(query) : readPreset(query, name);
  const { units } = first;
  const at = readStates(query, "at", units, 1);
  return {
    ...first,
    stored: readStates(query, "store", units, mostStored) ?? first.stored,
    locked: query.oneOf("lock", ["0", "1"], first.locked ? "1" : "0") === "1",
    view: query.oneOf("show", views, first.view),
    update: query.oneOf("update", updates, first.update),
    temperature: query.number("T", 0, mostTemperature, first.temperature),
    at: at?.[0] ?? first.at,
    seed: Math.floor(query.number("seed", 0, Number.MAX_SAFE_INTEGER, first.seed)),
    speed: query.number("speed", 0, 100, first.speed),
    surface: readSurface(query, first.surface),
  };
}

/** A net of some units without any weights. */
function blank(units: number): Setting {
  const [weights, thresholds] = [new Array(units * units).fill(0), new Array(units).fill(0)];
  return { ...defaultSetting, preset: "own", units, weights, thresholds, stored: [], at: 0 };
}

function readPreset(query: Query, name: PresetName): Setting {
  if (name !== "random") return presetSetting(name);
  const units = readUnits(query, 6);
  return presetSetting(name, Math.floor(query.number("draw", 0, Number.MAX_SAFE_INTEGER, 1)), units);
}

function readOwn(query: Query): Setting {
  const first = blank(readUnits(query, 3));
  const { units } = first;
  const weights = readNumbers(query, "w", mostWeight);
  const thresholds = readNumbers(query, "theta", mostWeight);
  const full = weights === undefined ? undefined : squareOf(weights, units);
  if (weights !== undefined && full === undefined) query.refuse("w", query.get("w"));
  const isTheta = thresholds === undefined || thresholds.length === units;
  if (!isTheta) query.refuse("theta", query.get("theta"));
  return {
    ...first,
    weights: full ?? first.weights,
    thresholds: isTheta ? (thresholds ?? first.thresholds) : first.thresholds,
  };
}

function readUnits(query: Query, otherwise: number): number {
  return Math.floor(query.number("n", leastUnits, mostUnits, otherwise));
}

/** All of W, or w_ij with i < j where it is symmetric without a diagonal. */
function writeWeights({ weights, units: n }: Setting): string {
  const upper: number[] = [];
  let isUpper = true;
  for (let i = 0; i < n; i++) {
    isUpper &&= weights[i * n + i] === 0;
    for (let j = i + 1; j < n; j++) {
      upper.push(weights[i * n + j]);
      isUpper &&= weights[i * n + j] === weights[j * n + i];
    }
  }
  return (isUpper ? upper : weights).join(",");
}

function squareOf(numbers: readonly number[], n: number): number[] | undefined {
  if (numbers.length === n * n) return [...numbers];
  if (numbers.length !== (n * (n - 1)) / 2) return undefined;
  const weights = new Array<number>(n * n).fill(0);
  for (let i = 0, k = 0; i < n; i++) {
    for (let j = i + 1; j < n; j++, k++) {
      weights[i * n + j] = numbers[k];
      weights[j * n + i] = numbers[k];
    }
  }
  return weights;
}

function readNumbers(query: Query, key: string, most: number): number[] | undefined {
  const text = query.get(key);
  if (text === null) return undefined;
  const numbers = text.split(",").map((part) => (part.trim() === "" ? Number.NaN : Number(part)));
  if (numbers.every((number) => Math.abs(number) <= most)) return numbers;
  query.refuse(key, text);
  return undefined;
}

/** States as digits, 1 where a unit is +1, unit 1 first: `101.011`. */
function writeStates(words: readonly number[], units: number): string {
  return words.map((word) => Array.from({ length: units }, (_, i) => (word >>> i) & 1).join("")).join(".");
}

function readStates(query: Query, key: string, units: number, most: number): number[] | undefined {
  const text = query.get(key);
  if (text === null) return undefined;
  const parts = text === "" ? [] : text.split(".");
  const isState = parts.every((part) => part.length === units && /^[01]+$/.test(part));
  if (isState && parts.length <= most && new Set(parts).size === parts.length && (most > 1 || parts.length === 1)) {
    return parts.map((part) => Array.from(part).reduce((word, digit, i) => word | (Number(digit) << i), 0));
  }
  query.refuse(key, text);
  return undefined;
}

function writePoints(points: readonly Point[]): string {
  return points.map(([x, y]) => `${x}:${y}`).join(",");
}

function readPoints(query: Query, key: string, least: number, most: number): Point[] | undefined {
  const text = query.get(key);
  if (text === null) return undefined;
  const points =
    text === "" ? [] : text.split(",").map((part) => part.split(":").map((x) => (x === "" ? Number.NaN : Number(x))));
  const isPoint = points.every((point) => point.length === 2 && point.every((x) => Math.abs(x) <= reach));
  if (isPoint && points.length >= least && points.length <= most) return points.map(([x, y]): Point => [x, y]);
  query.refuse(key, text);
  return undefined;
}

function readSurface(query: Query, first: SurfaceSetting): SurfaceSetting {
  return {
    patterns: readPoints(query, "x", 1, mostPatterns) ?? first.patterns,
    beta: query.number("beta", leastBeta, mostBeta, first.beta),
    starts: readPoints(query, "from", 0, mostStarts) ?? first.starts,
  };
}
