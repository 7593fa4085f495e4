import type { AnyMemory, Items } from "../../memories/index.js";
import { warningMessage } from "../../warnings.js";
import { print, short, shownWarnings, warn } from "../io/output.js";
import { describeFacts, type FileFacts } from "../io/words.js";
import { notesOf } from "./store.js";
import { describeItems, describeMemory, howWell, itemName } from "./words.js";

/** The largest number of items listed in text. */
const mostListed = 20;

/** Prints the content of a memory and the stability of its items. */
export function inspectMemory(file: string, memory: AnyMemory, facts: FileFacts, json: true | undefined): void {
  const items = memory.items as Items;
  const inspection = memory.inspect();
  const { stabilities = [] } = inspection as { readonly stabilities?: readonly number[] };
  const { warnings } = inspection;
  print(json, { file, ...facts, ...inspection, ...notesOf(items), warnings: shownWarnings(warnings) }, () => [
    `${file}: ${describeItems(items)}; ${describeMemory(memory)}`,
    ...describeFacts(facts),
    howWell(inspection),
    ...(stabilities.length === 0 ? [] : ["", "stability   item"]),
    ...stabilities.slice(0, mostListed).map((kappa, mu) => `${short(kappa).padEnd(12)}${itemName(items, mu)}`),
    ...(stabilities.length > mostListed ? [`... and ${stabilities.length - mostListed} more; --json lists all`] : []),
  ]);
  for (const warning of warnings) warn(json, warningMessage(warning));
}
