import { CEILING, contestants } from "./compared.js";
import type { Contestant } from "./contestant.js";
import { precisionOf } from "./counted.js";
import { CHOSEN_AT, DAMAGES } from "./measured.js";
import { DATA, type DataName } from "./patterns.js";
import { type Entry, entropy, KBIT, type Part } from "./table.js";

const SIZES = [64, 196];

/** Bits of each of n (n - 1) / 2 numbers and their scale within a budget. */
const ofCouplings = (units: number, kbit: number) => precisionOf((units * (units - 1)) / 2, kbit * KBIT - 32);

const keeps = (name: string) => contestants.find((one) => one.name === name)?.keeps === "the patterns";

const named = (some: readonly Contestant[]) => some.map(({ name }) => name).join(", ");

/** What a reader of the table should know. */
export function notesOf(budgets: readonly number[], parts: readonly Part[], entries: readonly Entry[]): string[] {
  const largest = budgets[budgets.length - 1];
  const { name: cue, flipped: noise = 0 } = DAMAGES[CHOSEN_AT];
  const trainees = contestants.filter((one) => one.train !== undefined);
  const forms = [...new Set(contestants.map(({ counted }) => counted))].map(
    (counted) => `${named(contestants.filter((one) => one.counted === counted))}: ${counted}`,
  );
  const absent = DATA.flatMap((data) =>
    budgets.flatMap((kbit) => {
      const none = parts.filter((part) => part.data === data && part.kbit === kbit && part.most === 0);
      return none.length === 0 ? [] : [`${data}, ${kbit} kbit: ${none.map(({ memory }) => memory).join(", ")}`];
    }),
  );
  const of = (data: DataName, kbit: number) =>
    entries.filter((entry) => entry.data === data && entry.kbit === kbit && entry.cue === cue);
  const order = (some: readonly Entry[], value: (entry: Entry) => number) =>
    [...some].sort((a, b) => value(b) - value(a));
  const recalled = ({ patterns, exact }: Entry) => patterns * exact.value;
  const first = (data: DataName, kbit: number, isKept: boolean) =>
    order(
      of(data, kbit).filter(({ memory }) => memory !== CEILING && keeps(memory) === isKept),
      recalled,
    )
      .slice(0, 3)
      .map((entry) => `${entry.memory} ${Math.round(recalled(entry)).toLocaleString("en")}`)
      .join(", ");
  return [
    `The task: p patterns of n bits are stored, random ones or different digits of 14 x 14 pixels. A cue is a stored pattern with each bit flipped with some probability, or with the second half of its bits drawn anew (half hidden; no memory is told which half). Each memory may keep ${budgets.join(", ")} kbit (1 kbit = ${KBIT} bits) that depend on the patterns. The table shows ${largest} kbit and ${cue} bits: the number of patterns that each memory recalls exactly. Each is given as many patterns as it then recalls most of, found on other sets; the rest of the budget is wasted and counts. All budgets and cues (0 to 40 % flipped, half hidden) are in the figure's data, with bits wrong and the numbers of trained weights. Intervals are those of the mean over sets, at 99 %.`,
    "The ceiling is the column theory: how many the nearest of the same stored patterns recalls from the same cues, with ties by lot. It knows all patterns, so that no memory does better but by luck; a row differs only where one is better at 99.99 %.",
    `What is counted: ${forms.join("; ")}. As many bits as fit are ${SIZES.map((units) => `${ofCouplings(units, largest)} for n (n - 1) / 2 numbers at n = ${units}`).join(", ")}, with a scale of 32 bits. Rules, beta (1 for modern and exp) and how the RBM learns, which is not tuned, do not depend on the patterns and are not counted. The file of a modern or large memory keeps 32 bits an entry; spins need one.`,
    `Trained before they store anything: ${named(trainees)}. They learn from random patterns of the same size, or from training digits, none of which is stored later, with 10 % of the bits of cues flipped; the weights that this makes are the same for all stored patterns and are not counted. A row says how many there are and how long they were trained; none of it is tuned, and longer training may do better. The numbers of each array of the state are rounded to 4 bits on a scale of their own before the first cue comes. The NTM, the DNC and the LSTM get one pattern in a time step and answer a cue in its own step. The weights of a DNC fit any number of rows: it is trained with few and used with as many as fit. A memory network (Sukhbaatar et al. 2015) is not in the table: it answers with one of the words that it was trained on, and cannot give back a pattern.`,
    ...(absent.length === 0 ? [] : [`No room: ${absent.join("; ")}.`]),
    `Information recovered beyond the cue is p n [H(flipped) - H(wrong)] for a bit of the budget. Of random patterns it is at most 1; at ${cue} bits, a memory that keeps n p bits cannot pass H(${noise}) = ${entropy(noise).toFixed(3)}. Most of it, ${DATA.slice(
      0,
      2,
    )
      .map(
        (data) =>
          `${data}: ${budgets
            .map((kbit) => {
              const [best] = order(
                of(data, kbit).filter(({ memory }) => !keeps(memory)),
                ({ gain }) => gain.value,
              );
              return best === undefined
                ? `${kbit} kbit none`
                : `${kbit} kbit ${best.gain.value.toFixed(3)} (${best.memory})`;
            })
            .join(", ")}`,
      )
      .join(
        "; ",
      )}, among memories that keep numbers in place of patterns. Of digits it has no such bound: their bits are alike, and a memory may guess some of them.`,
    `Which to use when. Where the patterns themselves can be kept, those that weigh them steeply: ${DATA.map((data) => `${data}: ${first(data, largest, true)}`).join("; ")} of the patterns recalled. Where only couplings or weights may be kept: ${DATA.map((data) => `${data}: ${first(data, largest, false)}`).join("; ")}. Hebb, Storkey, bounded, marginalist, Kanerva, the NTM, the DNC and the LSTM take one pattern after another and need no others, and bounded and marginalist hold the newest of any number; projection, the perceptron rules, the RBM and the energy memory learn from all of them at once. Couplings cost n^2 numbers however few patterns there are, so that long patterns want memories that keep patterns.`,
  ];
}
