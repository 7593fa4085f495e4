import type { LabPage } from "./page.js";

/** A page in the navigation; its code is loaded when it is opened. */
export interface PageEntry {
  /** Its name in addresses. */
  readonly name: string;
  readonly title: string;
  /** What it answers, in a sentence. */
  readonly question: string;
  readonly group: (typeof groups)[number];
  /** Names in addresses of earlier releases. */
  readonly before?: readonly string[];
  readonly load: () => Promise<{ readonly page: LabPage }>;
}

/** What pages are for. */
export const groups = ["Remember", "Understand", "Learn", "Check"] as const;

/** The pages of the lab, in the order of the navigation. */
export const pages: readonly PageEntry[] = [
  {
    name: "recall",
    title: "Recall",
    question: "How does a memory come back from a damaged picture?",
    group: "Remember",
    load: () => import("./recall/page.js"),
  },
  {
    name: "landscape",
    title: "Landscape",
    question: "Where do the states of a net lead?",
    group: "Understand",
    load: () => import("./landscape/page.js"),
  },
  {
    name: "capacity",
    title: "Capacity",
    question: "How many patterns does a net hold, and what happens beyond?",
    group: "Understand",
    load: () => import("./capacity/page.js"),
  },
  {
    name: "boltzmann",
    title: "Boltzmann",
    question: "How does a machine learn what pictures look like, and dream of others?",
    group: "Learn",
    before: ["train"],
    load: () => import("./boltzmann/page.js"),
  },
  {
    name: "mapping",
    title: "Mapping",
    question: "Why is a Hopfield net a restricted Boltzmann machine?",
    group: "Learn",
    before: ["equivalence"],
    load: () => import("./mapping/page.js"),
  },
  {
    name: "gallery",
    title: "Gallery",
    question: "Does it give what was published?",
    group: "Check",
    load: () => import("./gallery/page.js"),
  },
];
