import { decodeUnits } from "../encoding.js";
import { numberIn, oneOf, writeQuery } from "../query.js";
import {
  batchSizes,
  clampNames,
  dataNames,
  decays,
  defaultSetting,
  hiddenCounts,
  leastRate,
  leastTemperature,
  methodNames,
  mostRate,
  mostSteps,
  mostTemperature,
  type Setting,
  samplesOf,
  sideOf,
  suited,
} from "./setting.js";

/** The setting as the part of an address after `#/train?`. */
export function writeSetting(setting: Setting): string {
  const { data, hidden, method, steps, rate, decay, batch, seed, speed, from, painted, clamp, held, temperature } =
    setting;
  const entries: [string, string | number][] = [
    ["data", data],
    ["hidden", hidden],
    ["method", method],
    ["k", steps],
    ["rate", rate],
    ["decay", decay],
    ["batch", batch],
    ["seed", seed],
    ["speed", speed],
    ["from", from],
  ];
  if (painted !== "") entries.push(["paint", painted]);
  entries.push(["clamp", clamp]);
  if (clamp === "own") entries.push(["held", held]);
  entries.push(["T", temperature]);
  return writeQuery(entries);
}

/** Reads what `writeSetting` wrote. What is missing or makes no sense is as on a first visit. */
export function readSetting(text: string): Setting {
  const query = new URLSearchParams(text);
  const data = oneOf(query.get("data"), dataNames, defaultSetting.data);
  const first = { ...defaultSetting, ...suited(data) };
  const clamp = oneOf(query.get("clamp"), clampNames, first.clamp);
  return {
    data,
    hidden: among(query.get("hidden"), hiddenCounts, first.hidden),
    method: oneOf(query.get("method"), methodNames, first.method),
    steps: Math.floor(numberIn(query.get("k"), 1, mostSteps, first.steps)),
    rate: numberIn(query.get("rate"), leastRate, mostRate, first.rate),
    decay: among(query.get("decay"), decays, first.decay),
    batch: among(query.get("batch"), batchSizes, first.batch),
    seed: Math.floor(numberIn(query.get("seed"), 0, Number.MAX_SAFE_INTEGER, first.seed)),
    speed: numberIn(query.get("speed"), 0, 100, first.speed),
    from: readFrom(query.get("from"), samplesOf(data)),
    painted: unitsIn(query.get("paint"), sideOf(data)),
    clamp,
    held: clamp === "own" ? unitsIn(query.get("held"), sideOf(data)) : "",
    temperature: numberIn(query.get("T"), leastTemperature, mostTemperature, first.temperature),
  };
}

function among(text: string | null, values: readonly number[], otherwise: number): number {
  return values.find((value) => String(value) === text) ?? otherwise;
}

function readFrom(text: string | null, count: number): Setting["from"] {
  if (text === "noise" || text === "blank") return text;
  return Math.floor(numberIn(text, 0, count - 1, 0));
}

function unitsIn(text: string | null, side: number): string {
  return text !== null && decodeUnits(text, side * side) !== undefined ? text : "";
}
