import { type Colours, colourOf } from "./colours.js";
import type { Layout } from "./layout.js";
import { drawMark } from "./marks.js";
import type { Analysis, Arrow, Kind, Valley } from "./net.js";
import { shown, signsOf } from "./words.js";

const FAMILY = 'ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace';
/** More arrows than this have no heads. */
const MANY = 160;
/** Up to so many arrows are drawn at full strength. */
const FEW = 40;
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

/** The edges of a cube, also those along which nothing moves. */
function drawWires(
  context: CanvasRenderingContext2D,
  { units }: Analysis,
  { x, y, axis }: Layout,
  { line }: Colours,
): void {
  if (units > 4 || axis !== undefined) return;
  context.strokeStyle = line;
  context.lineWidth = 1.5;
  context.beginPath();
  for (let word = 0; word < x.length; word++) {
    for (let i = 0; i < units; i++) {
      const to = word ^ (1 << i);
      if (to < word) continue;
      context.moveTo(x[word], y[word]);
      context.lineTo(x[to], y[to]);
    }
  }
  context.stroke();
}

function drawArrows(
  context: CanvasRenderingContext2D,
  { arrows, units }: Analysis,
  layout: Layout,
  { ink, muted }: Colours,
  isPale: (word: number) => boolean,
): void {
  const isCrowded = arrows.length > MANY;
  // The more there are, the fainter each is.
  const faint = Math.min(1, Math.sqrt(FEW / arrows.length));
  const both = new Set(arrows.map(({ from, to }) => from * 1024 + to));
  for (const arrow of arrows) {
    const isMutual = both.has(arrow.to * 1024 + arrow.from);
    // The probability that a unit is picked is 1 / n: a certain move of one unit is as wide as it gets.
    const strength = Math.min(1, arrow.probability * (arrow.probability > 1 / units + 1e-9 ? 1 : units));
    context.strokeStyle = isCrowded ? muted : ink;
    context.fillStyle = context.strokeStyle;
    context.globalAlpha = (isPale(arrow.from) || isPale(arrow.to) ? 0.15 : 1) * Math.max(0.07, 0.62 * faint);
    context.lineWidth = isCrowded ? 0.8 : 0.5 + 1.8 * strength * faint;
    context.setLineDash(arrow.rises && !isCrowded ? [3, 3] : []);
    if (isCrowded) line(context, layout, arrow);
    else if (strength > 0.02) drawArrow(context, layout, arrow, isMutual ? 3.5 : 0, 2.5 + 3.5 * strength * faint);
  }
  context.setLineDash([]);
  context.globalAlpha = 1;
}

function line(context: CanvasRenderingContext2D, { x, y }: Layout, { from, to }: Arrow): void {
  context.beginPath();
  context.moveTo(x[from], y[from]);
  context.lineTo(x[to], y[to]);
  context.stroke();
}

/** An arrow from disc to disc, beside the straight line where there is one the other way. */
function drawArrow(
  context: CanvasRenderingContext2D,
  { x, y, radius }: Layout,
  { from, to }: Arrow,
  beside: number,
  head: number,
): void {
  const [dx, dy] = [x[to] - x[from], y[to] - y[from]];
  const length = Math.hypot(dx, dy);
  if (length < 2 * radius + 4) return;
  const [ex, ey] = [dx / length, dy / length];
  const [sx, sy] = [-ey * beside, ex * beside];
  const gap = radius + 2;
  const [x1, y1] = [x[from] + ex * gap + sx, y[from] + ey * gap + sy];
  const [x2, y2] = [x[to] - ex * gap + sx, y[to] - ey * gap + sy];
  context.beginPath();
  context.moveTo(x1, y1);
  context.lineTo(x2 - ex * head, y2 - ey * head);
  context.stroke();
  context.setLineDash([]);
  context.beginPath();
  context.moveTo(x2, y2);
  context.lineTo(x2 - ex * 1.7 * head - ey * head * 0.75, y2 - ey * 1.7 * head + ex * head * 0.75);
  context.lineTo(x2 - ex * 1.7 * head + ey * head * 0.75, y2 - ey * 1.7 * head - ex * head * 0.75);
  context.fill();
}

/** The disc of a state: a slice for every valley that it may end in, as wide as that is likely. */
function drawState(
  context: CanvasRenderingContext2D,
  analysis: Analysis,
  layout: Layout,
  word: number,
  colours: Colours,
): void {
  const { valleys, shares } = analysis;
  const { x, y, radius, isLabelled } = layout;
  const alpha = context.globalAlpha;
  if (radius > 3) {
    disc(context, x[word], y[word], radius);
    context.fillStyle = colours.raised;
    context.fill();
  }
  context.globalAlpha = alpha * (radius > 3 ? 0.28 : 0.6);
  let angle = -Math.PI / 2;
  for (const [k, valley] of valleys.entries()) {
    const share = shares[word * valleys.length + k];
    if (share < 1e-9) continue;
    context.beginPath();
    if (share < 1 - 1e-9) context.moveTo(x[word], y[word]);
    context.arc(x[word], y[word], radius, angle, angle + 2 * Math.PI * share);
    context.fillStyle = colourOf(colours, valley);
    context.fill();
    if (share < 1 - 1e-9 && radius > 5) slice(context, layout, word, angle, colours.paper);
    angle += 2 * Math.PI * share;
  }
  context.globalAlpha = alpha;
  if (radius > 3) {
    disc(context, x[word], y[word], radius);
    context.lineWidth = 1;
    context.strokeStyle = colours.muted;
    context.stroke();
  }
  if (isLabelled) labelOf(context, analysis, layout, word, colours.ink);
}

/** The edge between two slices: valleys of one kind have one colour. */
function slice(
  context: CanvasRenderingContext2D,
  { x, y, radius }: Layout,
  word: number,
  angle: number,
  colour: string,
): void {
  const alpha = context.globalAlpha;
  context.globalAlpha = 1;
  context.beginPath();
  context.moveTo(x[word], y[word]);
  context.lineTo(x[word] + radius * Math.cos(angle), y[word] + radius * Math.sin(angle));
  context.lineWidth = 1.5;
  context.strokeStyle = colour;
  context.stroke();
  context.globalAlpha = alpha;
}

function disc(context: CanvasRenderingContext2D, x: number, y: number, radius: number): void {
  context.beginPath();
  context.arc(x, y, radius, 0, 7);
}

/** The signs of a state within its disc. */
export function labelOf(
  context: CanvasRenderingContext2D,
  { units }: Pick<Analysis, "units">,
  { x, y, radius }: Layout,
  word: number,
  colour: string,
  [atX, atY]: readonly [number, number] = [x[word], y[word]],
): void {
  context.font = `600 ${Math.min(13, (2.9 * radius) / units)}px ${FAMILY}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillStyle = colour;
  context.fillText(signsOf(word, units), atX, atY + 0.5);
}

/** The ring and the mark of a state in which runs end. */
function drawValley(
  context: CanvasRenderingContext2D,
  layout: Layout,
  word: number,
  valley: Valley,
  colours: Colours,
): void {
  const { x, y, radius, isLabelled } = layout;
  context.strokeStyle = colourOf(colours, valley);
  context.lineWidth = 2.5;
  disc(context, x[word], y[word], Math.max(6, radius));
  if (!isLabelled) {
    context.fillStyle = colours.raised;
    context.fill();
  }
  context.stroke();
  drawBadge(context, layout, word, valley.kind, colourOf(colours, valley), colours);
}

/** Where a name stands. */
interface Span {
  readonly left: number;
  readonly right: number;
  readonly y: number;
}

/** The signs of a state below its disc, where no other name stands. */
function drawName(
  context: CanvasRenderingContext2D,
  { units }: Analysis,
  { x, y, radius, box }: Layout,
  word: number,
  { paper, ink }: Colours,
  named: Span[],
): void {
  const text = signsOf(word, units);
  context.font = `600 11px ${FAMILY}`;
  const half = context.measureText(text).width / 2 + 2;
  const at = Math.max(box.left + half, Math.min(box.left + box.width - half, x[word]));
  const span = { left: at - half, right: at + half, y: y[word] + Math.max(6, radius) + 3 };
  if (
    named.some(({ left, right, y: other }) => left < span.right && span.left < right && Math.abs(other - span.y) < 12)
  )
    return;
  named.push(span);
  context.textAlign = "center";
  context.textBaseline = "top";
  context.lineWidth = 4;
  context.strokeStyle = paper;
  context.strokeText(text, at, span.y);
  context.fillStyle = ink;
  context.fillText(text, at, span.y);
}

/** The mark of a kind: at the corner of a disc that has signs, within any other. */
export function drawBadge(
  context: CanvasRenderingContext2D,
  { x, y, radius, isLabelled }: Layout,
  word: number,
  kind: Kind | "lost",
  colour: string,
  { paper }: Colours,
): void {
  const size = Math.max(6, radius);
  const away = isLabelled ? 0.78 * size : 0;
  const [atX, atY] = [x[word] + away, y[word] - away];
  if (isLabelled) {
    disc(context, atX, atY, 7.5);
    context.fillStyle = paper;
    context.fill();
  }
  context.fillStyle = colour;
  drawMark(context, kind, atX, atY, isLabelled ? 11 : 1.25 * size);
}

/** A state that shall be stable and is not. */
function drawLost(context: CanvasRenderingContext2D, layout: Layout, word: number, colours: Colours): void {
  context.strokeStyle = colours.kinds.stored;
  context.lineWidth = 2.5;
  context.setLineDash([4, 4]);
  disc(context, layout.x[word], layout.y[word], Math.max(6, layout.radius));
  context.stroke();
  context.setLineDash([]);
  drawBadge(context, layout, word, "lost", colours.kinds.stored, colours);
}
