import { type PageEntry, pages } from "../pages.js";
import { writeQuery } from "../query.js";

/** How much of the lab is shown: all of it, large for an audience, or a page in a frame of another site. */
export type View = "lab" | "present" | "embed";

/** Parts of a page that can be left out. */
export const parts = ["setup", "readings", "explain"] as const;
export type Part = (typeof parts)[number];

/** What an address asks of the shell. The rest of it, `setting`, belongs to the page. */
export interface Route {
  readonly entry: PageEntry;
  /** The name after `#/` where it is that of no page. */
  readonly unknown: string | undefined;
  readonly view: View;
  readonly hidden: readonly Part[];
  readonly setting: string;
}

const owned = new Set(["view", "hide"]);

/** Reads an address, `#/page?setting&view=...&hide=...`; where it names no page, the first one is meant. */
export function readRoute(hash: string): Route {
  const [path, query = ""] = hash.split("?", 2);
  const name = /^#\/([^/]*)/.exec(path)?.[1] ?? "";
  const entry = pages.find((page) => page.name === name || page.before?.includes(name));
  const entries = query.split("&").map((text) => new URLSearchParams(text));
  const own = new URLSearchParams(query);
  const view = own.get("view");
  const asked = own.get("hide")?.split(",") ?? [];
  return {
    entry: entry ?? pages[0],
    unknown: entry === undefined && name !== "" ? name : undefined,
    view: view === "present" || view === "embed" ? view : "lab",
    hidden: parts.filter((part) => asked.includes(part)),
    // The entries of the page stay as they are written.
    setting: query
      .split("&")
      .filter((_, k) => ![...entries[k].keys()].some((key) => owned.has(key)))
      .join("&"),
  };
}

/** The address of a page with a setting. */
export function writeRoute({ entry, view, hidden, setting }: Omit<Route, "unknown">): string {
  const own = writeQuery([
    ...(view === "lab" ? [] : [["view", view] as const]),
    ...(hidden.length === 0 ? [] : [["hide", hidden.join(",")] as const]),
  ]);
  const query = [setting, own].filter((part) => part !== "").join("&");
  return query === "" ? `#/${entry.name}` : `#/${entry.name}?${query}`;
}
