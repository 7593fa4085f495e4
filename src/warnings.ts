import { listed } from "./names.js";

/*
 * Warnings are data: a code and the numbers behind it. Programs read these; `warningMessage` turns them into English for a
 * person, at the last moment, and its words may change at any time.
 */

/** The fields of each warning of Engram, by its code. */
interface Fields {
  /** The load is above the capacity of the rule. */
  readonly overload: {
    readonly rule: string;
    readonly load: number;
    readonly capacity: number;
    /** The source of the capacity, author and year. */
    readonly source: string;
    readonly stored: number;
    /** The number of stored items that are not fixed points; absent if this was not checked. */
    readonly unstable?: number;
    /** A rule with a larger capacity, if there is one. */
    readonly remedy?: string | undefined;
  };
  /** All fields are 0 in all stored items: every state is a fixed point, and nothing is recalled. */
  readonly "holds-nothing": {
    readonly rule: string;
    readonly items: "patterns" | "pairs";
    readonly stored: number;
  };
  /** Some stored items are not fixed points, or do not recall what was stored with them. */
  readonly unstable: {
    readonly rule: string;
    readonly items: "patterns" | "pairs" | "inputs";
    readonly stored: number;
    readonly unstable: number;
    readonly remedy?: string | undefined;
  };
  /** More pairs than the smaller layer of a BAM has units (Kosko 1988). */
  readonly "too-many-pairs": { readonly stored: number; readonly most: number };
  /** Linearly dependent inputs whose outputs are not dependent in the same way. */
  readonly contradiction: { readonly stored: number; readonly rank: number; readonly residual: number };
  /** Gradient descent ended before its tolerance was reached. */
  readonly "not-converged": { readonly iterations: number; readonly reached: number; readonly tolerance: number };
  /** There is an addon with native kernels, which cannot be used: WebAssembly computes the same bits, slower. */
  readonly "no-native-kernels": { readonly reason: string };
  /** A linear recall grows without bound. */
  readonly unbounded: { readonly steps: number };
  /** No stored pattern is excited by the input. */
  readonly "no-resemblance": Record<never, never>;
  /** A recall is the mean of most stored patterns: beta is too small. */
  readonly averages: {
    readonly beta: number;
    /** The fewest patterns that have 90 % of the weight. */
    readonly effective: number;
    readonly patterns: number;
    /** The beta at which one pattern would have 99 % of it; absent if there is none. */
    readonly needed?: number;
  };
  /** No stored pattern is in reach of the cue. */
  readonly "out-of-reach": { readonly distance: number; readonly reach: number };
  /** Several stored patterns are excited alike; the first is named. */
  readonly tie: Record<never, never>;
  /** The reconstruction error rises, or is not a number. */
  readonly divergence: { readonly error: number; readonly best: number };
  /** The chains are at a free energy far below that of the data. */
  readonly runaway: { readonly dataFreeEnergy: number; readonly modelFreeEnergy: number };
  /**
   * The model is worse than one of independent units with the means of the data, and than no training at all: what was
   * measured, in nats per row, and the same of independent units.
   */
  readonly "worse-than-independent": {
    readonly quantity: "reconstruction error" | "conditional error" | "loss";
    readonly value: number;
    readonly independent: number;
    /** Number of completed epochs. */
    readonly epoch: number;
    /** The learning rate of the first epoch. */
    readonly rate: number;
  };
  /** A conditional density of a visible unit has no finite integral. */
  readonly "no-density": { readonly epoch: number };
  /** Hidden units that do not depend on the data. */
  readonly "dead-units": { readonly dead: readonly number[]; readonly hidden: number };
  /** Held-out rows have more free energy than training rows. */
  readonly overfitting: { readonly gap: number; readonly standardError: number };
  /** A classifier makes about as many errors as one class for all rows would. */
  readonly "nothing-learned": { readonly errors: number; readonly guessed: number };
  /** A likelihood that must not be trusted, and why. */
  readonly untrusted: { readonly epoch: number; readonly verdict: string };
  /** Too few sweeps for the correlations of what is measured. */
  readonly "too-few-sweeps": { readonly sweeps: number; readonly quantities: readonly string[] };
  /** Pictures of a folder that cannot be read were skipped. */
  readonly "skipped-pictures": {
    readonly folder: string;
    readonly skipped: readonly { readonly file: string; readonly flaw: PictureFlaw }[];
  };
  /** Numbers that are not bytes from 0 to 255 were scaled to grey values by the numbers that occur. */
  readonly "scaled-images": {
    readonly file: string;
    /** Type of the numbers, such as "Float32". */
    readonly type: string;
    readonly black: number;
    readonly white: number;
  };
  /** A file of labels whose name fits no images was not read. */
  readonly "unused-labels": { readonly file: string };
  /** A gzip file has bytes after its end, which were ignored. */
  readonly "trailing-bytes": { readonly file: string; readonly bytes: number };
  /** A file that has no digest: damage to it cannot be detected. */
  readonly "no-digest": { readonly file: string };
  /** A warning of a memory, model or monitor that is not Engram's own, in its words. */
  readonly custom: { readonly message: string };
}

/** Why a picture cannot be read. */
export type PictureFlaw = "empty" | "format" | "pixels" | "damaged" | "unreadable";

/** The codes of warnings. */
export type WarningCode = keyof Fields;

/** A reason to doubt a result; `custom` is for memories and monitors that are not Engram's. */
export type Warning = { readonly [Code in WarningCode]: { readonly code: Code } & Fields[Code] }[WarningCode];

/** Maximum number of units that a sentence names. */
const NAMED = 5;

const words: { readonly [Code in WarningCode]: (fields: Fields[Code]) => string } = {
  overload: ({ rule, load, capacity, source, stored, unstable, remedy }) => {
    const limit = `the load ${short(load)} is above the capacity ${short(capacity)} of the rule ${rule} (${source})`;
    const lost = unstable ? `, and ${unstable} of ${stored} stored patterns are not fixed points` : "";
    return `${limit}${lost}; ${fewer("patterns", remedy)}`;
  },
  "holds-nothing": ({ rule, items, stored }) =>
    `the couplings are all 0: the rule ${rule} learned nothing from these ${stored} ${items}, so every state stays as it is and ` +
    `nothing is recalled; ${items === "pairs" ? "leave contradictory pairs out" : "store fewer patterns, or use another rule"}`,
  unstable: ({ rule, items, stored, unstable, remedy }) => {
    const what = {
      patterns: `stored patterns are not fixed points: they are too strongly correlated for the rule ${rule}`,
      pairs: `stored pairs are not fixed points with the rule ${rule}`,
      inputs: `stored inputs do not recall their outputs with the rule ${rule}`,
    }[items];
    return `${unstable} of ${stored} ${what}; ${fewer(items === "inputs" ? "pairs" : items, remedy)}`;
  },
  "too-many-pairs": ({ stored, most }) =>
    `${stored} pairs are more than the ${most} that layers of this size can hold (Kosko 1988); store fewer pairs`,
  contradiction: ({ stored, rank, residual }) =>
    `the ${stored} inputs are linearly dependent (rank ${rank}) and no weights give all of their outputs: ` +
    `||XW - Y||^2 is ${short(residual)}; leave pairs out`,
  "not-converged": ({ iterations, reached, tolerance }) =>
    `${iterations} iterations reduced the gradient to ${short(reached)} of its first value, not to ${tolerance}; ` +
    "raise maxIterations, or use the rule pseudoinverse",
  "no-native-kernels": ({ reason }) => `native kernels are not in use: ${reason}; WebAssembly computes the same bits`,
  unbounded: ({ steps }) =>
    `after ${steps} steps the state has grown beyond 2^500; store fewer, or follow its direction with EigenvectorAutomaton`,
  "no-resemblance": () => "this input excites no stored pattern: it resembles none of them",
  averages: ({ beta, effective, patterns, needed }) => {
    const remedy = needed === undefined ? "no beta tells its patterns apart" : `one pattern needs about beta ${needed}`;
    return `beta ${short(beta)} averages over ${effective} of ${patterns} patterns; ${remedy}`;
  },
  "out-of-reach": ({ distance, reach }) =>
    `no stored pattern is in reach: the nearest is at distance ${short(distance)}, and the reach is ${short(reach)}; lower beta`,
  tie: () => "several stored patterns are excited equally: the first of them is named",
  divergence: ({ error, best }) =>
    `training diverges: the squared reconstruction error is ${short(error)} after ${short(best)}; ` +
    "divide the learning rate by ten and resume from an earlier checkpoint",
  runaway: ({ dataFreeEnergy, modelFreeEnergy }) =>
    `training diverges: the chains are at a free energy of ${modelFreeEnergy.toFixed(1)}, far below the ` +
    `${dataFreeEnergy.toFixed(1)} of the data; lower the learning rate, or use more chains or steps`,
  "worse-than-independent": ({ quantity, value, independent, epoch, rate }) =>
    `the training has gone wrong: after epoch ${epoch} the ${quantity} is ${short(value)} nats per row, and that of ` +
    `independent units, which learn nothing but means, ${short(independent)}; train anew with a lower learning rate, ` +
    `such as ${short(rate / 10)} instead of ${short(rate)}`,
  "no-density": ({ epoch }) =>
    `after epoch ${epoch} a conditional density has no finite integral: the weights are too large for the precisions of the ` +
    "units; lower the learning rate, or use weight decay",
  "dead-units": ({ dead, hidden }) => {
    const names = dead.slice(0, NAMED).join(", ") + (dead.length > NAMED ? ", ..." : "");
    const remedy = "lower the learning rate, start with smaller weights and biases, or set a sparsity target";
    return `${dead.length} of ${hidden} hidden units (${names}) do not depend on the data; ${remedy}`;
  },
  overfitting: ({ gap, standardError }) =>
    `the model overfits: the free energy of held-out rows is ${short(gap)} +- ${short(standardError)} above that of ` +
    "training rows; stop while the gap is small, or use weight decay, fewer hidden units or more data",
  "nothing-learned": ({ errors, guessed }) =>
    `the classifier has an error rate of ${percent(errors)} %, and predicting one class for all rows one of ` +
    `${percent(guessed)} %; train for more epochs or with smaller batches, in pretraining too`,
  untrusted: ({ epoch, verdict }) => `log-likelihood after epoch ${epoch}: ${verdict}`,
  "too-few-sweeps": ({ sweeps, quantities }) =>
    `${sweeps} sweeps are too few for the correlations of ${listed(quantities)}: the errors are lower bounds; measure longer`,
  "skipped-pictures": ({ folder, skipped }) => {
    const names = skipped.slice(0, NAMED).map(({ file, flaw }) => `${file} ${flaws[flaw]}`);
    const more = skipped.length > NAMED ? `, and ${skipped.length - NAMED} more` : "";
    return `${skipped.length} of the pictures in ${folder} cannot be read and ${
      skipped.length === 1 ? "is" : "are"
    } skipped: ${names.join(", ")}${more}`;
  },
  "scaled-images": ({ file, type, black, white }) =>
    `${file} holds ${type} numbers: ${black} is read as black and ${white} as white; give the range if they are others`,
  "unused-labels": ({ file }) =>
    `${file} is not used: its name fits no images; rename it like the images that it belongs to`,
  "trailing-bytes": ({ file, bytes }) =>
    `${file} has ${bytes} bytes after the end of its gzip data, which were ignored; download it again if they should not be there`,
  "no-digest": ({ file }) => `${file} has no digest, so that damage to it cannot be detected; save it again to add one`,
  custom: ({ message }) => message,
};

/** A warning as a sentence for a person, with its remedy. */
export function warningMessage(warning: Warning): string {
  return words[warning.code](warning as never);
}

/** A warning from data that may come from a damaged file: numbers, texts and their lists by name; undefined if it is none. */
export function asWarning(value: unknown): Warning | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { code, ...fields } = value as Record<string, unknown>;
  if (typeof code !== "string" || !Object.hasOwn(words, code)) return undefined;
  const isPlain = (field: unknown) => ["number", "string", "boolean"].includes(typeof field);
  const isWhole = Object.values(fields).every((field) =>
    Array.isArray(field) ? field.every(isPlain) : isPlain(field),
  );
  if (!isWhole) return undefined;
  try {
    warningMessage(value as Warning);
    return value as Warning;
  } catch {
    return undefined;
  }
}
const flaws: { readonly [Flaw in PictureFlaw]: string } = {
  empty: "is empty",
  format: "is not a PNG, JPEG or WebP image",
  pixels: "has too many pixels",
  damaged: "is damaged",
  unreadable: "cannot be opened",
};

function fewer(items: string, remedy: string | undefined): string {
  return remedy === undefined ? `store fewer ${items}` : `store fewer ${items}, or use the rule ${remedy}`;
}

function percent(part: number): string {
  return (100 * part).toFixed(2);
}

function short(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(3))) : String(value);
}
