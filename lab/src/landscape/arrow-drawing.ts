import type { Colours } from "./colours.js";
import type { Layout } from "./layout.js";
import type { Analysis, Arrow } from "./net.js";

/** More arrows than this have no heads. */
const MANY = 160;
/** Moves that are less likely, as a part of the likeliest, are not drawn. */
const LEAST = 0.02;
/** Up to so many arrows are drawn at full strength. */
const FEW = 40;

/** The edges of a cube, also those along which nothing moves. */
export function drawWires(
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

/** The moves, the wider the likelier; dashed where they lead upwards. */
export function drawArrows(
  context: CanvasRenderingContext2D,
  { arrows, units }: Analysis,
  layout: Layout,
  { ink, muted }: Colours,
  isPale: (word: number) => boolean,
): void {
  // The more there are, the fainter each is.
  const faint = Math.min(1, Math.sqrt(FEW / arrows.length));
  const all = new Set(arrows.map(({ from, to }) => from * 1024 + to));
  const isMutual = ({ from, to }: Arrow) => all.has(to * 1024 + from);
  if (arrows.length > MANY) {
    context.strokeStyle = muted;
    context.lineWidth = 0.8;
    const seen = arrows.filter((arrow) => arrow.from < arrow.to || !isMutual(arrow));
    drawLines(context, layout, seen, (word) => (isPale(word) ? 0.15 : 1) * Math.max(0.07, 0.62 * faint));
    return;
  }
  context.strokeStyle = ink;
  context.fillStyle = ink;
  for (const arrow of arrows) {
    // The probability that a unit is picked is 1 / n: a certain move of one unit is as wide as it gets.
    const strength = Math.min(1, arrow.probability * (arrow.probability > 1 / units + 1e-9 ? 1 : units));
    if (strength <= LEAST) continue;
    context.globalAlpha = 0.62 * faint * (isPale(arrow.from) || isPale(arrow.to) ? 0.15 : 1);
    context.lineWidth = 0.5 + 1.8 * strength * faint;
    context.setLineDash(arrow.rises ? [3, 3] : []);
    drawArrow(context, layout, arrow, isMutual(arrow) ? 3.5 : 0, 2.5 + 3.5 * strength * faint);
  }
  context.setLineDash([]);
  context.globalAlpha = 1;
}

/** Lines without heads: those from one state at a time, which is much faster than one by one. */
function drawLines(
  context: CanvasRenderingContext2D,
  { x, y }: Layout,
  arrows: readonly Arrow[],
  alphaOf: (word: number) => number,
): void {
  for (let k = 0; k < arrows.length; ) {
    const { from } = arrows[k];
    context.globalAlpha = alphaOf(from);
    context.beginPath();
    for (; arrows[k]?.from === from; k++) {
      context.moveTo(x[from], y[from]);
      context.lineTo(x[arrows[k].to], y[arrows[k].to]);
    }
    context.stroke();
  }
  context.globalAlpha = 1;
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
