import { signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import type { Term } from "../page.js";

/** The letter that is lit up, with the control or reading that it stands for. */
export const lit = signal<string | undefined>(undefined);

/** Lights a letter up with what it stands for, or nothing. */
export function light(term: Term | undefined): void {
  if (lit.value === term?.id) return;
  lit.value = term?.id;
  for (const element of document.querySelectorAll("[data-lit]")) element.removeAttribute("data-lit");
  if (term !== undefined) document.querySelector(term.at)?.setAttribute("data-lit", "");
}

/** A letter of an equation that has a meaning on the page. */
export function Letter({ of, children }: { of: string; children: ComponentChildren }) {
  return <mrow class={lit.value === of ? "letter lit" : "letter"}>{children}</mrow>;
}
