import type { Result } from "./catalogue.js";

/** What the page asks of its worker: the quick setting of an experiment. */
export interface Request {
  readonly kind: "run";
  /** Told in the answers. */
  readonly run: number;
  readonly id: string;
  readonly seed: number;
}

export type Reply =
  /** Completed tasks, of how many, and the completed part of the task underway, from 0 to 1. */
  | {
      readonly kind: "progress";
      readonly run: number;
      readonly done: number;
      readonly tasks: number;
      readonly part: number;
    }
  | { readonly kind: "done"; readonly run: number; readonly result: Result }
  | { readonly kind: "failed"; readonly run: number; readonly error: string };
