import type { Command } from "commander";
import { withDataOptions } from "../io/grey-set.js";
import { sizeOption } from "../io/options.js";

/** Adds the options that say which images a model is trained on. */
export function withTrainingData(command: Command): Command {
  command.requiredOption("--data <name>", "glyphs (built in), mnist, or a folder of IDX files or of images");
  return withDataOptions(command).option(
    "--size <HxW>",
    "scale a folder of images to this height and width",
    sizeOption("--size"),
  );
}
