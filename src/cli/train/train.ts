import { Command } from "commander";
import { trainClassifierCommand } from "./train-classifier.js";
import { trainDbnCommand } from "./train-dbn.js";
import { trainRbmCommand } from "./train-rbm.js";

export function trainCommand(): Command {
  return new Command("train")
    .description("Train a model on images; killed at any moment, it goes on with the same result.")
    .addCommand(trainRbmCommand())
    .addCommand(trainDbnCommand())
    .addCommand(trainClassifierCommand())
    .addHelpText(
      "after",
      "\nExample:\n  engram train rbm --data glyphs --hidden 64 --epochs 500 --out glyphs.rbm.safetensors",
    );
}
