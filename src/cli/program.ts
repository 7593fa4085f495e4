import { Command, type Option } from "commander";
import { ArgumentError } from "../errors.js";
import type { MemoryKind } from "../memories/index.js";
import { unknownName } from "../names.js";
import type { UserExtensions } from "../node/index.js";
import { askCommand } from "./ask.js";
import { convertCommand } from "./convert.js";
import { dataCommand } from "./data.js";
import { demoCommand } from "./demo.js";
import { featuresCommand } from "./features.js";
import { inspectCommand } from "./inspect.js";
import { labCommand } from "./lab.js";
import { kindIn } from "./memory/load.js";
import { recallCommand } from "./memory/recall.js";
import { recallStreamCommand } from "./memory/recall-stream.js";
import { requireOwnFlags, storeCommand } from "./memory/store.js";
import { allKinds, flagValue, kindWith, loadAsked } from "./memory/user-things.js";
import { reproduceCommand } from "./reproduce.js";
import { runCommand } from "./run-machine.js";
import { sampleCommand } from "./sample/sample.js";
import { scoreCommand } from "./score/score.js";
import { trainCommand } from "./train/train.js";

/** The output of `engram` without arguments. */
export const greeting = `Engram stores patterns in an associative memory and recalls them from damaged cues.

  engram store --data glyphs --out glyphs.safetensors
  engram recall glyphs.safetensors --flip 0.25

It trains restricted Boltzmann machines and deep nets, and samples them.

  engram train rbm --data glyphs --hidden 64 --epochs 2000 --out glyphs.rbm.safetensors
  engram sample glyphs.rbm.safetensors

engram --help lists all commands, engram store --help the options of one.
`;

/** The help of an option, with its default as "(default x)". */
function optionDescription({ description, defaultValue, defaultValueDescription }: Option): string {
  const isShown = defaultValue !== undefined && typeof defaultValue !== "boolean";
  return isShown ? `${description} (default ${defaultValueDescription ?? String(defaultValue)})` : description;
}

/**
 * The whole command line, for some arguments: the flags of a memory depend on its kind, which an argument or a file names.
 * Returns the program and its arguments, with names in place of a user's modules.
 *
 * @param version of the program
 */
export async function createProgram(
  version: string,
  given: readonly string[],
): Promise<{ program: Command; args: readonly string[] }> {
  const [command, ...rest] = given;
  const takesModules = ["store", "recall", "inspect"].includes(command);
  const { args, extensions } = await loadAsked(takesModules ? rest : []);
  const kinds = allKinds(extensions);
  const model = command === "store" ? flagValue(args, "--model") : undefined;
  const stored = command === "store" ? (flagValue(args, "--kind") ?? kinds[0].name) : kinds[0].name;
  const kind = model === undefined ? kindWith(stored, extensions) : await kindOfModel(args, model, extensions);
  if (command === "store") requireOwnFlags(args, kind, kinds);
  const recalled = command === "recall" ? args.find((arg) => !arg.startsWith("-")) : undefined;
  const isStreamed = recalled !== undefined && args.includes("--stream");
  const program = new Command("engram")
    .helpCommand("help [command...]", "display help for a command, such as engram help train rbm")
    .description(
      "Associative memories and Boltzmann machines: store patterns, recall them from damaged cues, train and sample.",
    )
    .version(version, "-V, --version", "print the version and the kernels in use, with --json as JSON")
    .addHelpText("after", "\nExample:\n  engram store --data glyphs --out glyphs.safetensors");
  for (const command of [
    storeCommand(kind, kinds),
    isStreamed
      ? recallStreamCommand(recalled, flagValue(args, "--kind"))
      : recallCommand(await kindIn(recalled, extensions), extensions),
    trainCommand(),
    runCommand(),
    sampleCommand(),
    scoreCommand(),
    askCommand(),
    featuresCommand(),
    inspectCommand(extensions),
    convertCommand(),
    reproduceCommand(),
    demoCommand(),
    labCommand(),
    dataCommand(),
  ]) {
    program.addCommand(command);
  }
  for (const command of [program, ...program.commands, ...program.commands.flatMap(({ commands }) => commands)]) {
    // Errors are printed in one place, as one line: run.ts.
    command
      .exitOverride()
      .configureOutput({ outputError: () => undefined, writeErr: (text) => process.stdout.write(text) })
      .configureHelp({ optionDescription });
  }
  if (command === "help") return { program, args: asHelp(program, rest) };
  return { program, args: takesModules ? [command, ...args] : given };
}

/** The kind of the memory of --model, which has its options already. */
async function kindOfModel(args: readonly string[], model: string, extensions: UserExtensions): Promise<MemoryKind> {
  const kind = await kindIn(model, extensions);
  const asked = flagValue(args, "--kind") ?? kind.name;
  if (asked === kind.name) return Object.create(kind, { options: { value: {} } }) as MemoryKind;
  throw new ArgumentError(
    `--kind is ${asked}, but --model ${model} holds a memory of the kind ${kind.name}; omit --kind`,
  );
}

/** The arguments that show the help of a command: "train rbm --help" for `engram help train rbm`. */
function asHelp(program: Command, names: readonly string[]): string[] {
  let at = program;
  for (const name of names) {
    const found = at.commands.find((command) => command.name() === name);
    if (found === undefined) {
      throw unknownName(
        "command",
        name,
        at.commands.map((command) => command.name()),
      );
    }
    at = found;
  }
  return [...names, "--help"];
}
