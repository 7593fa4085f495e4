import { allRules } from "engram/learning";
import { bitMatrix } from "engram/math";
import { type Hopfield, hopfieldKind } from "engram/memories";
import { makerNamed } from "engram/options";
import { PatternSet } from "engram/patterns";
import { decodeMemory, encodeMemory } from "engram/storage";
import { failureOf } from "../options.js";
import type { FileReply, FileRequest } from "./files.js";

self.onmessage = ({ data }: MessageEvent<FileRequest>) => {
  let reply: FileReply;
  try {
    reply = data.kind === "save" ? save(data) : open(data);
  } catch (error) {
    reply = { kind: "failed", error: failureOf(error).message };
  }
  self.postMessage(reply);
};

function save({ patterns: { count, units, words }, labels, side, rule }: Extract<FileRequest, { kind: "save" }>) {
  const set = new PatternSet(bitMatrix(count, units, words), { shape: [side, side], labels });
  const memory = hopfieldKind.create(units, { rule }).store(set);
  return { kind: "saved", bytes: encodeMemory(memory) } as const;
}

/** Of a file only what the page shows is kept: which patterns, and by which rule. */
function open({ bytes, name }: Extract<FileRequest, { kind: "open" }>): FileReply {
  const memory = decodeMemory(bytes, { name });
  if (memory.kind !== "hopfield") {
    return { kind: "failed", error: `${name} holds a memory of the kind ${memory.kind}; this page takes hopfield` };
  }
  const { items, rule } = memory as Hopfield;
  if (items === undefined) return { kind: "failed", error: `${name} holds no patterns` };
  // The page makes rules anew, from their names.
  makerNamed("rule", allRules, rule.name);
  return {
    kind: "opened",
    pictures: Array.from({ length: items.count }, (_, row) => items.binary(row)),
    labels: items.labels ?? [],
    rule: { name: rule.name, options: JSON.parse(JSON.stringify(rule.options)) },
  };
}
