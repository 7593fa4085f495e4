import type { Command } from "commander";
import { glyphs } from "../data/index.js";
import { ArgumentError } from "../errors.js";
import { type LearningRule, ruleByName, ruleNames } from "../learning/index.js";
import { Hopfield } from "../memories/index.js";
import { readDataSet, readImages, type Size, saveMemory } from "../node/index.js";
import type { PatternSet } from "../patterns/index.js";
import { dataFolder } from "./io/grey-set.js";
import { choiceOption, integerOption, newCommand, sizeOption } from "./io/options.js";
import { count, print, short, warn } from "./io/output.js";
import { describeMemory } from "./io/words.js";

/** The most patterns whose stability is looked at unasked: the time grows with their square. */
const mostInspected = 10_000;

interface StoreOptions {
  data?: string;
  split?: string;
  perClass?: number;
  size?: Size;
  threshold?: number;
  invert?: true;
  rule: string;
  selfCoupling?: boolean;
  out: string;
  json?: true;
}

export function storeCommand(): Command {
  return newCommand(
    "store",
    "Store images or a data set in a memory, and write it to a file.",
    "engram store --data mnist --split test --per-class 1 --rule projection --out digits.safetensors",
  )
    .argument("[images...]", "PNG, JPEG or WebP files, or folders of them")
    .option("--data <name>", "a data set: glyphs (built in), mnist, or a folder with IDX files")
    .option("--split <part>", "the part of the data set, such as train or test")
    .option("--per-class <n>", "the first n of each class (all)", integerOption("--per-class", 1))
    .option("--size <HxW>", "scale images to this height and width", sizeOption("--size"))
    .option(
      "--threshold <grey>",
      "a brighter pixel becomes +1 (0 for data sets, 127 for images)",
      integerOption("--threshold", 0, 254),
    )
    .option("--invert", "images show dark ink on light paper: ink becomes +1")
    .option("--rule <name>", `the learning rule: ${ruleNames.join(" or ")}`, choiceOption("--rule", ruleNames), "hebb")
    .option("--self-coupling", "let each unit couple to itself (default: as the rule has it)")
    .option("--no-self-coupling", "let no unit couple to itself")
    .requiredOption("--out <file>", "the memory file to write")
    .action(store);
}

async function store(paths: string[], options: StoreOptions): Promise<void> {
  const patterns = await readPatterns(paths, options);
  const rule = ruleByName(options.rule, { selfCoupling: options.selfCoupling });
  const memory = new Hopfield(patterns.units, { rule }).store(patterns);
  await saveMemory(options.out, memory);
  const { units, shape, labels, count: stored } = patterns;
  const load = stored / units;
  const result = { file: options.out, units, shape, patterns: stored, labels, load, rule: rule.name };
  const evidence = stored <= mostInspected ? memory.inspect() : undefined;
  const { fixedPoints, minStability, warning } = evidence ?? { warning: overload(rule, units, load) };
  print(options.json, { ...result, selfCoupling: rule.selfCoupling, fixedPoints, minStability, warning }, () => [
    `Stored ${describeMemory(memory)} in ${options.out}`,
    `load ${short(load)}, ${evidence === undefined ? "stability not looked at (engram inspect does)" : `${fixedPoints} of ${count(stored, "pattern")} stable`}`,
  ]);
  warn(options.json, warning);
}

/** What can be said of a memory without looking at its patterns one by one. */
function overload({ name, capacity }: LearningRule, units: number, load: number): string | undefined {
  const held = capacity.load(units, 0.5);
  if (load <= held) return undefined;
  return `the load ${short(load)} is past the ${short(held)} that ${name} holds (${capacity.source}); store fewer patterns`;
}

/** The options that say how patterns are read, and the sources that they do not go with. */
const readingOptions = [
  { key: "split", flag: "--split", not: ["images", "glyphs"] },
  { key: "perClass", flag: "--per-class", not: ["images", "glyphs"] },
  { key: "threshold", flag: "--threshold", not: ["glyphs"] },
  { key: "size", flag: "--size", not: ["data", "glyphs"] },
  { key: "invert", flag: "--invert", not: ["data", "glyphs"] },
] as const;

async function readPatterns(paths: string[], options: StoreOptions): Promise<PatternSet> {
  const { data, split, perClass, threshold, size, invert } = options;
  if (data === undefined && paths.length === 0) {
    throw new ArgumentError("nothing to store: give images, folders of images, or --data with the name of a data set");
  }
  if (data !== undefined && paths.length > 0) {
    throw new ArgumentError(`--data ${data} and images (${paths[0]}) do not go together; store one or the other`);
  }
  const source = data === undefined ? "images" : data === "glyphs" ? "glyphs" : "data";
  for (const { key, flag, not } of readingOptions) {
    if (options[key] !== undefined && not.some((other) => other === source)) {
      throw new ArgumentError(
        `${flag} does not go with ${data === undefined ? "images" : `--data ${data}`}; leave it out`,
      );
    }
  }
  if (data === undefined) return readImages(paths, { size, threshold, invert });
  if (data === "glyphs") return glyphs();
  return readDataSet(await dataFolder(data), { split, perClass, threshold });
}
