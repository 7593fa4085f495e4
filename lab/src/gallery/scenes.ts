import type { Scene } from "../page.js";
import { writeSetting } from "./address.js";
import { defaultSetting, type Setting } from "./setting.js";

const at = (part: Partial<Setting>) => writeSetting({ ...defaultSetting, ...part });

export const scenes: readonly Scene[] = [
  {
    title: "An exact check",
    text: "One step of an association is attention. Layers give the same outputs and gradients as the source’s own program.",
    address: at({ id: "ramsauer-2020/attention" }),
    promise: /^Agrees with the source$/,
  },
  {
    title: "A theory and its simulation",
    text: "The phase diagram of Hebb’s net. A value that differs is explained by a computation of ours.",
    address: at({ id: "amit-1985/phase-diagram" }),
    promise: /^The source differs, explained$/,
  },
  {
    title: "A claim that we do not find",
    text: "Of 15 memories in 100 units about half are said to be recalled with few errors. We find fewer.",
    address: at({ id: "hopfield-1982/capacity" }),
    promise: /^Differs from the source$/,
  },
  {
    title: "What is open",
    text: "Our intervals hold what these sources state, and its contrary. More draws would tell.",
    address: at({ verdict: "unresolved" }),
    promise: /^\d+ open$/,
  },
];
