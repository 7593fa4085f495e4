import { computed, effect, signal } from "@preact/signals";
import { keepText, keptText } from "./kept.js";

/** Light, dark, or as the system says. */
export type Theme = "auto" | "light" | "dark";

const KEY = "engram-theme";
const system = matchMedia("(prefers-color-scheme: dark)");
const systemDark = signal(system.matches);
system.addEventListener("change", ({ matches }) => {
  systemDark.value = matches;
});

const remembered = keptText(KEY);
const theme = signal<Theme>(remembered === "light" || remembered === "dark" ? remembered : "auto");

export const isDark = computed(() => (theme.value === "auto" ? systemDark.value : theme.value === "dark"));

/** Switches to the other theme; where that is the system's own, it follows the system again. */
export function switchTheme(): void {
  const wanted = isDark.value ? "light" : "dark";
  theme.value = (wanted === "dark") === systemDark.value ? "auto" : wanted;
  keepText(KEY, theme.value === "auto" ? undefined : theme.value);
}

effect(() => {
  document.documentElement.dataset.theme = isDark.value ? "dark" : "light";
});

/** The colours of the style sheet, for what is drawn on canvases. */
export interface Palette {
  readonly ink: string;
  readonly off: string;
  readonly muted: string;
  readonly line: string;
  /** What happens now: the cursor, a unit that flips. */
  readonly action: string;
  /** What is stored, and what was recalled exactly. */
  readonly stored: string;
  /** Positive and negative weights. */
  readonly plus: string;
  readonly minus: string;
}

export const palette = computed((): Palette => {
  isDark.value;
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string) => style.getPropertyValue(`--${name}`).trim();
  return {
    ink: colour("ink"),
    off: colour("off"),
    muted: colour("muted"),
    line: colour("line"),
    action: colour("action"),
    stored: colour("stored"),
    plus: colour("plus"),
    minus: colour("minus"),
  };
});
