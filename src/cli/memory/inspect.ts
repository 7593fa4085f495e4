import type { AnyMemory, Items } from "../../memories/index.js";
import type { ModelNotes } from "../../storage/index.js";
import { warningMessage } from "../../warnings.js";
import { print, short, shownWarnings, warn } from "../io/output.js";
import { describeTraining } from "../io/training-notes.js";
import { describeFacts, type FileFacts } from "../io/words.js";
import { notesOf } from "./store.js";
import { describeItems, describeMemory, howWell, itemName } from "./words.js";

/** The largest number of items listed in text. */
const mostListed = 20;

/** Prints the content of a memory and the stability of its items. */
export function inspectMemory(file: string, memory: AnyMemory, facts: FileFacts, json: true | undefined): void {
  const { items } = memory;
  const { notes } = memory as { readonly notes?: ModelNotes["notes"] };
  const inspection = memory.inspect();
  const { stabilities = [] } = inspection as { readonly stabilities?: readonly number[] };
  const { warnings } = inspection;
  print(
    json,
    { file, ...facts, ...inspection, notes, ...(items && notesOf(items)), warnings: shownWarnings(warnings) },
    () => [
      `${file}: ${items === undefined ? "nothing stored" : describeItems(items)}; ${describeMemory(memory)}`,
      ...describeFacts(facts),
      howWell(inspection),
      ...describeTraining(notes),
      ...(stabilities.length === 0 ? [] : ["", "stability   item"]),
      ...stabilities
        .slice(0, mostListed)
        .map((kappa, mu) => `${short(kappa).padEnd(12)}${itemName(items as Items, mu)}`),
      ...(stabilities.length > mostListed ? [`... and ${stabilities.length - mostListed} more; --json lists all`] : []),
    ],
  );
  for (const warning of warnings) warn(json, warningMessage(warning));
}
