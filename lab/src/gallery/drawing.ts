import {
  areaY,
  arrow,
  axisX,
  axisY,
  barY,
  cell,
  dot,
  frame,
  line,
  lineY,
  link,
  plot,
  rect,
  ruleX,
  ruleY,
  text,
} from "@observablehq/plot";
import type { Experiment, Report } from "engram/experiments";
import { SvgDocument } from "./svg-document.js";

// One by one, so that the rest of Plot is not loaded.
const marks = { areaY, arrow, axisX, axisY, barY, cell, dot, frame, line, lineY, link, rect, ruleX, ruleY, text };

/** The figure of a report as SVG, with the defaults of the command line. */
export function draw(experiment: Experiment, report: Report): string {
  const options = experiment.figure(marks, report);
  const defaults = { width: 760, marginLeft: 56, marginBottom: 44, marginTop: 36, style: {} };
  const document = new SvgDocument() as unknown as Document;
  const svg = plot({ ...defaults, ...options, document });
  svg.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  return svg.outerHTML;
}
