import { Query, writeQuery } from "../query.js";
import { type Entry, sourceOf } from "./catalogue.js";
import { defaultSetting, orderNames, type Setting, verdictNames } from "./setting.js";

const mostLetters = 80;

/** The setting as the part of an address after `#/gallery?`: what is not as on a first visit. */
export function writeSetting({ source, verdict, text, order, id, result, seed }: Setting): string {
  const entries = [
    ["source", source],
    ["verdict", verdict],
    ["text", text],
    ["order", order],
    ["id", id],
    ["result", result],
    ["seed", seed],
  ] as const;
  return writeQuery(entries.filter(([key, value]) => value !== defaultSetting[key])).replaceAll("%2F", "/");
}

/** Reads what `writeSetting` wrote. What is missing or makes no sense is as on a first visit. */
export function readSetting(address: string | Query): Setting {
  const query = typeof address === "string" ? new Query(address) : address;
  const first = defaultSetting;
  const isName = (text: string) => /^[a-z\d-]+$/.test(text);
  return {
    source: query.text("source", isName),
    verdict: query.oneOf("verdict", verdictNames, first.verdict),
    text: query.text("text", ({ length }) => length <= mostLetters),
    order: query.oneOf("order", orderNames, first.order),
    id: query.text("id", (text) => text.split("/").length === 2 && text.split("/").every(isName)),
    result: query.text("result", isName),
    seed: Math.floor(query.number("seed", 0, Number.MAX_SAFE_INTEGER, first.seed)),
  };
}

/** A setting without the names that the index does not have, and the entries of the address that these were. */
export function checkSetting(
  setting: Setting,
  entries: readonly Entry[],
): readonly [Setting, unused: readonly string[]] {
  const { source, id, result } = setting;
  const entry = entries.find((other) => other.id === id);
  const lost = {
    ...(source !== "" && !entries.some((other) => sourceOf(other) === source) && { source }),
    ...(id !== "" && entry === undefined && { id }),
    ...(result !== "" && !entry?.results.some(({ name }) => name === result) && { result }),
  };
  const empty = Object.fromEntries(Object.keys(lost).map((key) => [key, ""]));
  return [{ ...setting, ...empty }, Object.entries(lost).map(([key, value]) => `${key}=${value}`)];
}
