import type UPlot from "uplot";

/** Hides the canvas of a plot from screen readers: the element around it has the label. */
export function hideFromReaders({ root }: UPlot): void {
  root.setAttribute("aria-hidden", "true");
}
