import { kinds, type OrderName, type Selection } from "./catalogue.js";

/** Everything that the Gallery lets one choose. It is plain data, and the page's address holds all of it. */
export interface Setting extends Selection {
  /** The experiment whose detail is open, or the empty text. */
  readonly id: string;
  /** The name of the result that is shown; the empty text for the first. */
  readonly result: string;
  /** Of a run in the lab. */
  readonly seed: number;
}

export const orderNames: readonly OrderName[] = ["listed", "source", "verdict"];
export const verdictNames = ["all", ...kinds] as const;

export const defaultSetting: Setting = {
  source: "",
  verdict: "all",
  text: "",
  order: "listed",
  id: "",
  result: "",
  seed: 1,
};
