import { availableParallelism } from "node:os";
import type { Command } from "commander";
import { ArgumentError } from "../../errors.js";
import type { Recall, StreamingMemory } from "../../memories/index.js";
import { readLabels, recallThreads, streamingKinds, streamVectors } from "../../node/index.js";
import { warningMessage } from "../../warnings.js";
import { addOptionFlags, readOptionFlags } from "../io/option-flags.js";
import { choiceOption, integerOption, newCommand } from "../io/options.js";
import { print, printWarning, warn } from "../io/output.js";
import { isVectorFile, readVectorCues } from "./vector-items.js";
import { mostShown, report, resultOf } from "./vector-recall.js";

interface Options {
  cue: string;
  labels?: string;
  threads?: number;
  json?: true;
}

/** `engram recall --stream`: from vectors that stay in their file, an array of NumPy or a stored memory. */
export function recallStreamCommand(file: string | undefined, named: string | undefined): Command {
  const kind = streamingKinds.find(({ name }) => name === named) ?? streamingKinds[0];
  const isArray = file !== undefined && isVectorFile(file);
  const command = newCommand(
    "recall",
    "Recall from vectors that stay in their file and are read at each step, so that they may take more than memory.",
    "engram recall vectors.npy --stream --kind modern --beta 20 --cue query.npy",
  )
    .argument("<vectors>", "a .npy file of vectors as rows, or a file of such a memory written by engram store")
    .option("--stream", "leave the vectors in their file")
    .requiredOption("--cue <file>", "a .npy file of real vectors to recall from")
    .option(
      "--kind <name>",
      `kind of the memory (default ${streamingKinds[0].name})`,
      choiceOption(
        "--kind",
        streamingKinds.map(({ name }) => name),
      ),
    )
    .option(
      "--threads <n>",
      "number of threads; the results do not depend on it (default one per core where the work is worth it)",
      integerOption("--threads", 1, 64),
    );
  if (isArray) {
    command.option("--labels <file>", "a text file with a label for each row of vectors.npy, one to a line");
    addOptionFlags(command, kind.options);
  }
  addOptionFlags(command, kind.recallOptions);
  return command.action(async (path: string, options: Options) => {
    const choices = readOptionFlags(kind.recallOptions, { ...options });
    const labels = options.labels === undefined ? undefined : await readLabels(options.labels);
    const given = isArray ? readOptionFlags(kind.options, { ...options }) : {};
    await recallThreads(options.threads ?? availableParallelism());
    const memory = await streamVectors(path, {
      ...(isArray && { kind }),
      options: given,
      labels,
      onWarning: printWarning,
    });
    try {
      await recall(memory, path, choices, options);
    } finally {
      memory.dispose();
    }
  });
}

async function recall(
  memory: StreamingMemory,
  file: string,
  choices: Readonly<Record<string, unknown>>,
  { cue, json }: Options,
): Promise<void> {
  const { patterns, kind, beta } = memory as StreamingMemory & { readonly beta?: number };
  if (patterns === undefined) throw new ArgumentError(`${file} holds no vectors`);
  const cues = await readVectorCues(cue, patterns, undefined);
  const recalls = memory.recallMany(cues, choices) as Recall<Float64Array>[];
  const all = recalls.map((one) => ({ recall: one, target: undefined }));
  const results = all.map(resultOf);
  print(json, { file, kind, beta, ...choices, cue, ...(all.length === 1 ? results[0] : { recalls: results }) }, () => [
    ...all.slice(0, mostShown).flatMap((one) => report(one, patterns)),
    ...(all.length > mostShown ? [`... and ${all.length - mostShown} more; --json gives all`] : []),
  ]);
  for (const warning of recalls[0].warnings) warn(json, warningMessage(warning));
}
