import { effect, signal } from "@preact/signals";

/** The pages of the lab; an address is `#/page?setting`. */
export type PageName = "recall" | "train" | "equivalence";

/** The page that an address names; the first one where it names none. */
export function pageIn(hash: string): PageName {
  const name = /^#\/(\w*)/.exec(hash)?.[1];
  return name === "train" || name === "equivalence" ? name : "recall";
}

export function settingIn(hash: string): string {
  return hash.split("?")[1] ?? "";
}

/** The page that is shown. */
export const page = signal<PageName>(pageIn(location.hash));

/** Keeps the address telling the setting of a page, while that is the one that is shown. */
export function keepAddress(name: PageName, setting: () => string): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  effect(() => {
    const address = `#/${name}?${setting()}`;
    const isShown = page.value === name;
    clearTimeout(timer);
    if (isShown) timer = setTimeout(() => history.replaceState(null, "", address), 150);
  });
}
