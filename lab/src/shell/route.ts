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

const views: readonly View[] = ["present", "embed"];

const isPart = (text: string): text is Part => parts.some((part) => part === text);

/** The entries of an address that belong to the shell. */
function ownedBy({ view, hidden }: Pick<Route, "view" | "hidden">): (readonly [string, string])[] {
  const shown = view === "lab" ? [] : [["view", view] as const];
  return hidden.length === 0 ? shown : [...shown, ["hide", hidden.join(",")] as const];
}

/** Reads an address, `#/page?setting&view=...&hide=...`; where it names no page, the first one is meant. */
export function readRoute(hash: string): Route {
  const [path, query = ""] = hash.split("?", 2);
  const name = /^#\/([^/]*)/.exec(path)?.[1] ?? "";
  const entry = pages.find((page) => page.name === name || page.before?.includes(name));
  const own = new URLSearchParams(query);
  const view = views.find((name) => name === own.get("view"));
  const hidden = own.get("hide")?.split(",").filter(isPart) ?? [];
  // What the shell cannot use is left to the page, which says so.
  const used = writeQuery(ownedBy({ view: view ?? "lab", hidden })).split("&");
  return {
    entry: entry ?? pages[0],
    unknown: entry === undefined && name !== "" ? name : undefined,
    view: view ?? "lab",
    hidden,
    // The entries of the page stay as they are written.
    setting: query
      .split("&")
      .filter((entry) => !used.includes(entry.replaceAll("%2C", ",")))
      .join("&"),
  };
}

/** The address of a page with a setting. */
export function writeRoute({ entry, view, hidden, setting }: Omit<Route, "unknown">): string {
  const own = writeQuery(ownedBy({ view, hidden }));
  const query = [setting, own].filter((part) => part !== "").join("&");
  return query === "" ? `#/${entry.name}` : `#/${entry.name}?${query}`;
}
