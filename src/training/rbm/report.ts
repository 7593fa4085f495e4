import type { TrainingCheckpoint } from "./checkpoint.js";

/** How a training stands. The machine has the weights and parameters of this moment until the next report is asked for. */
export interface TrainingReport {
  /** Epochs that are over. */
  readonly epoch: number;
  /** Updates so far, one a batch. */
  readonly updates: number;
  /** At this point of their schedules. */
  readonly rate: number;
  readonly momentum: number;
  /**
   * Mean of -log p(v | h = <h | v>) over at most 1,000 rows of the data, evenly spaced, in nats a row: the cross-entropy of
   * units of finitely many states, and for gaussian units half the squared error, in units of their variance, but for a
   * constant. Easily small for bad models; watch it, but do not choose by it.
   */
  readonly reconstructionError: number;
  /** Mean F(v) of these rows. */
  readonly dataFreeEnergy: number;
  /** Mean F(v) of the states that the last negative phase was made of. */
  readonly modelFreeEnergy: number;
  /** With tempering: accepted swaps in this epoch, as a part of those tried, between each temperature and the next. */
  readonly swapRates?: readonly number[] | undefined;
  /** With tempering: the inverse temperatures that are used from now on. */
  readonly ladder?: readonly number[] | undefined;
  /** What the monitors measured; empty within an epoch. */
  readonly values: Readonly<Record<string, number>>;
  /** One plain sentence for each thing that looks wrong. */
  readonly warnings: readonly string[];
  /**
   * All that `train` needs to go on from here, with the same bits.
   *
   * @throws ArgumentError once the next report has been asked for
   */
  readonly checkpoint: () => TrainingCheckpoint;
}
