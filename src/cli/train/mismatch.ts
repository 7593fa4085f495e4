import { ArgumentError, type CheckpointError } from "../../errors.js";
import { bare } from "../../names.js";
import { parsed } from "../../packed.js";
import { flagOf } from "../io/option-flags.js";

/** The error for a checkpoint that does not fit, in words of the command line: "64 hidden units, now 32". */
export function mismatch(file: string, error: CheckpointError): ArgumentError {
  const { setting, saved = "missing", wanted } = error;
  if (setting === "kind") {
    const found = `${file} is a checkpoint of the kind "${bare(saved)}" but this training needs "${wanted}"`;
    return new ArgumentError(`${found}; give another file with --checkpoint, or start over by --restart`);
  }
  if (/^(finite|whole) numbers/.test(wanted)) {
    return new ArgumentError(`${file} is corrupted: ${setting} contains ${bare(saved)}; start over by --restart`);
  }
  const found = `${file} holds a training with ${difference(setting, saved, wanted)}`;
  return new ArgumentError(`${found}; resume with the original settings, or start over by --restart`);
}

/** What differs, with both values: those that a checkpoint has are texts. */
function difference(setting: string, saved: string, wanted: string): string {
  const [before, after] = [unitsIn(saved), unitsIn(wanted)];
  if (before !== undefined && after !== undefined) {
    const [count, other] = [before.count, after.count];
    if (count !== other) return `${count} ${setting} units, now ${other}`;
    return `${before.type} ${setting} units, now ${after.type}`;
  }
  if (setting === "data" || setting === "validation") {
    const what = setting === "data" ? "images" : "held-out images";
    const [rows, others] = [saved, wanted].map((text) => /^(\d+) rows /.exec(text)?.[1] ?? "no");
    return rows === others ? `other ${what}` : `${rows} ${what}, now ${others}`;
  }
  if (setting === "widths") return `layers of ${bare(saved)} units, now ${bare(wanted)}`;
  if (setting === "connections") return "other connections";
  const [made, other] = [madeIn(saved), madeIn(wanted)];
  if (made !== undefined && made.name === other?.name) {
    const option = Object.keys(other.options).find((key) => made.options[key] !== other.options[key]);
    if (option !== undefined) {
      return `${flagOf(option)} ${bare(String(made.options[option]))}, now ${bare(String(other.options[option]))}`;
    }
  }
  return `${flagOf(setting)} ${bare(made?.name ?? saved)}, now ${bare(other?.name ?? wanted)}`;
}

/** The number and type of units in "64 binary units of 64 values" or "64 binary". */
function unitsIn(text: string): { readonly count: number; readonly type: string } | undefined {
  if (text === "none") return { count: 0, type: "no" };
  const [, count, type] = /^(\d+) (\w+)(?: units of \d+ values)?$/.exec(text) ?? [];
  return type === undefined ? undefined : { count: Number(count), type };
}

/** The name and options in "momentum {...}". */
function madeIn(text: string): { readonly name: string; readonly options: Record<string, unknown> } | undefined {
  const [, name, json] = /^(\w+) (\{.*\})$/s.exec(text) ?? [];
  const options = json === undefined ? undefined : parsed(json);
  return name === undefined || typeof options !== "object" || options === null
    ? undefined
    : { name, options: options as Record<string, unknown> };
}
