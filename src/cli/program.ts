import { Command, type Option } from "commander";
import { convertCommand } from "./convert.js";
import { dataCommand } from "./data.js";
import { demoCommand } from "./demo.js";
import { featuresCommand } from "./features.js";
import { inspectCommand } from "./inspect.js";
import { labCommand } from "./lab.js";
import { recallCommand } from "./recall.js";
import { reproduceCommand } from "./reproduce.js";
import { sampleCommand } from "./sample/sample.js";
import { scoreCommand } from "./score/score.js";
import { storeCommand } from "./store.js";
import { trainCommand } from "./train/train.js";

/** What `engram` alone prints. */
export const greeting = `Engram stores patterns in an associative memory and recalls them from damaged cues.

  engram store --data glyphs --rule projection --out glyphs.safetensors
  engram recall glyphs.safetensors --flip 0.25

It trains restricted Boltzmann machines and deep nets, and samples them.

  engram train rbm --data glyphs --hidden 64 --epochs 2000 --out glyphs.rbm.safetensors
  engram sample glyphs.rbm.safetensors

engram --help lists all commands, engram store --help the options of one.
`;

/** What help says of an option, its default in the notation of all others. */
function optionDescription({ description, defaultValue, defaultValueDescription }: Option): string {
  const isShown = defaultValue !== undefined && typeof defaultValue !== "boolean";
  return isShown ? `${description} (default ${defaultValueDescription ?? String(defaultValue)})` : description;
}

/** The command line as a whole. `version` is what --version prints. */
export function createProgram(version: string): Command {
  const program = new Command("engram")
    .description(
      "Associative memories and Boltzmann machines: store patterns, recall them from damaged cues, train and sample.",
    )
    .version(version)
    .addHelpText("after", "\nExample:\n  engram store --data glyphs --rule projection --out glyphs.safetensors");
  for (const command of [
    storeCommand(),
    recallCommand(),
    trainCommand(),
    sampleCommand(),
    scoreCommand(),
    featuresCommand(),
    inspectCommand(),
    convertCommand(),
    reproduceCommand(),
    demoCommand(),
    labCommand(),
    dataCommand(),
  ]) {
    program.addCommand(command);
  }
  for (const command of [program, ...program.commands, ...program.commands.flatMap(({ commands }) => commands)]) {
    // Errors are printed in one place, in one line: main.ts.
    command
      .exitOverride()
      .configureOutput({ writeErr: () => undefined })
      .configureHelp({ optionDescription });
  }
  return program;
}
