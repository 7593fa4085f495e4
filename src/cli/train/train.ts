import { Command } from "commander";
import { bagsCommand } from "./bags.js";
import { boltzmannCommand } from "./boltzmann.js";
import { classifierCommand } from "./classifier.js";
import { dbmCommand } from "./dbm.js";
import { dbnCommand } from "./dbn.js";
import { denseClassifierCommand } from "./dense-classifier.js";
import { energyMemoryCommand } from "./energy-memory.js";
import { kanervaCommand } from "./kanerva.js";
import { memoCommand } from "./memo.js";
import { memoryNetworkCommand } from "./memory-network.js";
import { rbmCommand } from "./rbm.js";
import { sequenceCommands } from "./sequence.js";
import { trainCommandOf } from "./train-command.js";

/** All training commands; a new one is one file and one line here. */
const commands = () => [
  trainCommandOf(rbmCommand),
  trainCommandOf(boltzmannCommand),
  trainCommandOf(dbnCommand),
  trainCommandOf(dbmCommand),
  trainCommandOf(classifierCommand),
  trainCommandOf(bagsCommand),
  trainCommandOf(kanervaCommand),
  trainCommandOf(denseClassifierCommand),
  trainCommandOf(energyMemoryCommand),
  ...sequenceCommands.map(trainCommandOf),
  trainCommandOf(memoryNetworkCommand),
  trainCommandOf(memoCommand),
];

export function trainCommand(): Command {
  const command = new Command("train").description(
    "Train a model on images, sequences or facts; an interrupted training can be resumed with the same result.",
  );
  for (const kind of commands()) command.addCommand(kind);
  return command.addHelpText(
    "after",
    "\nExample:\n  engram train rbm --data glyphs --hidden 64 --epochs 500 --out glyphs.rbm.safetensors",
  );
}
