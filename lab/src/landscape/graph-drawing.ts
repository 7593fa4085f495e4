import { drawArrows, drawWires } from "./arrow-drawing.js";
import type { Colours } from "./colours.js";
import type { Layout } from "./layout.js";
import type { Analysis } from "./net.js";
import { drawLost, drawName, drawState, drawValley, FAMILY, type Span } from "./state-drawing.js";
import { shown } from "./words.js";

/** Attractors that are named beside their mark, at most. */
const MOST_NAMED = 10;

/** Draws all states, what they lead to, and the axis of energies; all but the valley `lit` and its basin are pale. */
export function drawGraph(
  context: CanvasRenderingContext2D,
  analysis: Analysis,
  layout: Layout,
  colours: Colours,
  lit: number | undefined,
): void {
  const { states, valleys, shares, lost } = analysis;
  drawAxis(context, layout, colours);
  drawWires(context, analysis, layout, colours);
  const isPale = (word: number) => lit !== undefined && shares[word * valleys.length + lit] < 1e-9;
  drawArrows(context, analysis, layout, colours, isPale);
  for (let word = 0; word < states.length; word++) {
    context.globalAlpha = isPale(word) ? 0.25 : 1;
    drawState(context, analysis, layout, word, colours);
  }
  // Marks lie above all discs.
  const named: Span[] = [];
  for (const [k, valley] of valleys.entries()) {
    context.globalAlpha = lit === undefined || lit === k ? 1 : 0.25;
    for (const word of valley.words) {
      drawValley(context, layout, word, valley, colours);
      if (!layout.isLabelled && valleys.length <= MOST_NAMED) drawName(context, analysis, layout, word, colours, named);
    }
  }
  context.globalAlpha = 1;
  for (const word of lost) drawLost(context, layout, word, colours);
}

function drawAxis(context: CanvasRenderingContext2D, { axis, box }: Layout, { muted, line }: Colours): void {
  if (axis === undefined) return;
  context.font = `11px ${FAMILY}`;
  context.textAlign = "left";
  context.textBaseline = "middle";
  context.lineWidth = 1;
  context.strokeStyle = line;
  context.fillStyle = muted;
  context.fillText("E", box.left, box.top + 6);
  for (const { energy, y } of axis) {
    if (y < box.top + 20) continue;
    const text = shown(energy, 2);
    context.beginPath();
    context.moveTo(box.left + context.measureText(text).width + 5, Math.round(y) + 0.5);
    context.lineTo(box.left + box.width, Math.round(y) + 0.5);
    context.stroke();
    context.fillText(text, box.left, y);
  }
}
