import type { Experiment, Report } from "engram/experiments";
import { internal } from "../../errors.js";

/** The part of an SVG element that figures use. */
interface SvgElement {
  readonly tagName: string;
  readonly outerHTML: string;
  textContent: string | null;
  append(...nodes: SvgElement[]): void;
  getAttribute(name: string): string | null;
  setAttribute(name: string, value: string): void;
}

/** The document in which figures are drawn. */
export interface SvgDocument {
  createElementNS(namespace: string, name: string): SvgElement;
}

const SVG = "http://www.w3.org/2000/svg";
const FONT = "system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', Arial, sans-serif";

/** Between the figure, at whose end the name of an axis may stand, and the first line of its source. */
const GAP = 20;

/** Dark on light, or light on dark if the viewer prefers it. */
const STYLE = `
svg { color: #1b1f24; font-family: ${FONT}; }
.paper { fill: #ffffff; }
@media (prefers-color-scheme: dark) {
  svg { color: #e6e8eb; }
  .paper { fill: #15181c; }
}`;

/**
 * Draws the figure of a report as one self-contained SVG: title, figure, source. It suits light and dark backgrounds.
 */
export async function drawFigure(experiment: Experiment, report: Report): Promise<string> {
  const [Plot, { JSDOM }] = await Promise.all([import("@observablehq/plot"), import("jsdom")]);
  const { document } = new JSDOM().window;
  const options = experiment.figure(Plot, report);
  const style = { background: "none", fontFamily: FONT, fontSize: "12px" };
  const defaults = { width: 760, marginLeft: 56, marginBottom: 44, marginTop: 36, style };
  const plot: unknown = Plot.plot({ ...defaults, ...options, document });
  const figure = plot as SvgElement;
  if (figure.tagName !== "svg")
    throw internal(`the figure of ${experiment.id} is not a single SVG but ${figure.tagName}`);

  const width = Number(figure.getAttribute("width"));
  const height = Number(figure.getAttribute("height"));
  const element = (name: string, attributes: Record<string, string | number>, text?: string): SvgElement => {
    const node = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, `${value}`);
    if (text !== undefined) node.textContent = text;
    return node;
  };
  const title = wrapped(report.title, width / 10.2);
  const others = report.data && ` Data: ${report.data.name}, in place of MNIST; published values are MNIST's.`;
  const source = wrapped(`${report.source.citation}, ${report.source.where}.${others ?? ""}`, width / 6.4);
  const top = 14 + 20 * title.length;
  const total = top + height + GAP + 16 * source.length + 4;
  const page = element("svg", { xmlns: SVG, width, height: total, viewBox: `0 0 ${width} ${total}` });
  page.append(element("style", {}, STYLE));
  page.append(element("rect", { class: "paper", width, height: total }));
  const line = (text: string, y: number, attributes: Record<string, string | number>) => {
    page.append(element("text", { x: 14, y, fill: "currentColor", "font-family": FONT, ...attributes }, text));
  };
  for (const [k, text] of title.entries()) line(text, 26 + 20 * k, { "font-size": 16, "font-weight": 600 });
  figure.setAttribute("y", `${top}`);
  page.append(figure);
  for (const [k, text] of source.entries())
    line(text, top + height + GAP + 16 * k, { "font-size": 11, "fill-opacity": 0.75 });
  return `${page.outerHTML}\n`;
}

/** Text in lines of about `length` characters. */
function wrapped(text: string, length: number): string[] {
  const lines = [""];
  for (const word of text.split(" ")) {
    const last = lines[lines.length - 1];
    if (last !== "" && last.length + word.length >= length) lines.push(word);
    else lines[lines.length - 1] = last === "" ? word : `${last} ${word}`;
  }
  return lines;
}
