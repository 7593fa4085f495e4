import type { Command } from "commander";
import { withDataOptions } from "../io/grey-set.js";
import { sizeOption } from "../io/options.js";

/** Adds the options that select the training images. */
export function withTrainingData(command: Command): Command {
  command.requiredOption("--data <name>", "images: glyphs (built in), mnist, or a folder of IDX files or of images");
  return withDataOptions(command).option(
    "--size <HxW>",
    "scale a folder of images to this height and width (default their own size)",
    sizeOption("--size"),
  );
}
