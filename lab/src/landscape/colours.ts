import { computed } from "@preact/signals";
import { type Palette, palette } from "../theme.js";
import type { Kind, Valley } from "./net.js";

/** The colours of the style sheet that this page draws with, beside those of every page. */
export interface Colours extends Palette {
  readonly paper: string;
  readonly raised: string;
  readonly onAction: string;
  readonly kinds: Readonly<Record<Kind, string>>;
  /** Of valleys where nothing is stored. */
  readonly series: readonly string[];
}

export const colours = computed((): Colours => {
  const common = palette.value;
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string) => style.getPropertyValue(`--${name}`).trim();
  return {
    ...common,
    paper: colour("paper"),
    raised: colour("raised"),
    onAction: colour("on-action"),
    series: [colour("plus"), colour("series-2"), colour("series-3"), common.ink],
    kinds: {
      stored: colour("stored"),
      reversed: colour("reversed"),
      mixture: colour("mixture"),
      spurious: colour("spurious"),
      other: common.ink,
      cycle: colour("mixture"),
    },
  };
});

/** The colour of a valley and its basin. */
export function colourOf({ kinds, series }: Colours, { kind, series: k }: Pick<Valley, "kind" | "series">): string {
  return kind === "other" ? series[k % series.length] : kinds[kind];
}
