import { type Colours, colourOf } from "./colours.js";
import type { Layout } from "./layout.js";
import { drawMark } from "./marks.js";
import type { Analysis, Kind, Valley } from "./net.js";
import { signsOf } from "./words.js";

/** The font of signs and numbers in the picture. */
export const FAMILY = 'ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace';

/** The disc of a state: a slice for every valley that it may end in, as wide as that is likely. */
export function drawState(
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
export function drawValley(
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
export interface Span {
  readonly left: number;
  readonly right: number;
  readonly y: number;
}

/** The signs of a state below its disc, where no other name stands. */
export function drawName(
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
export function drawLost(context: CanvasRenderingContext2D, layout: Layout, word: number, colours: Colours): void {
  context.strokeStyle = colours.kinds.stored;
  context.lineWidth = 2.5;
  context.setLineDash([4, 4]);
  disc(context, layout.x[word], layout.y[word], Math.max(6, layout.radius));
  context.stroke();
  context.setLineDash([]);
  drawBadge(context, layout, word, "lost", colours.kinds.stored, colours);
}
