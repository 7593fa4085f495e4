import { decodeUnits } from "../encoding.js";
import { Query, writeQuery } from "../query.js";
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
export function readSetting(address: string | Query): Setting {
  const query = typeof address === "string" ? new Query(address) : address;
  const data = query.oneOf("data", dataNames, defaultSetting.data);
  const first = { ...defaultSetting, ...suited(data) };
  const clamp = query.oneOf("clamp", clampNames, first.clamp);
  const among = (key: string, values: readonly number[], otherwise: number) =>
    Number(query.oneOf(key, values.map(String), String(otherwise)));
  const isPicture = (text: string) => decodeUnits(text, sideOf(data) ** 2) !== undefined;
  const from = query.get("from");
  return {
    data,
    hidden: among("hidden", hiddenCounts, first.hidden),
    method: query.oneOf("method", methodNames, first.method),
    steps: Math.floor(query.number("k", 1, mostSteps, first.steps)),
    rate: query.number("rate", leastRate, mostRate, first.rate),
    decay: among("decay", decays, first.decay),
    batch: among("batch", batchSizes, first.batch),
    seed: Math.floor(query.number("seed", 0, Number.MAX_SAFE_INTEGER, first.seed)),
    speed: query.number("speed", 0, 100, first.speed),
    from: from === "noise" || from === "blank" ? from : Math.floor(query.number("from", 0, samplesOf(data) - 1, 0)),
    painted: query.text("paint", isPicture),
    clamp,
    held: clamp === "own" ? query.text("held", isPicture) : "",
    temperature: query.number("T", leastTemperature, mostTemperature, first.temperature),
  };
}
