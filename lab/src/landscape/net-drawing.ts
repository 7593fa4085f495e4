import { type Colours, colourOf } from "./colours.js";
import { drawGraph } from "./graph-drawing.js";
import { type Box, hypercube, type Layout, ladder } from "./layout.js";
import { drawMark } from "./marks.js";
import type { Analysis } from "./net.js";
import type { View } from "./setting.js";
import { Sketch } from "./sketch.js";
import { drawBadge, labelOf } from "./state-drawing.js";

/** What there is to draw. */
export interface NetScene {
  readonly analysis: Analysis;
  readonly view: Exclude<View, "surface">;
  readonly colours: Colours;
  /** The states that the ball was in, the present one last. */
  readonly path: readonly number[];
  /** The valley that is pointed at, if any. */
  readonly lit: number | undefined;
}

/** How long the ball takes from a state to the next, in milliseconds. */
const FLIGHT = 180;
/** Moves of the path that are drawn. */
const SHOWN = 40;
const GAP = 18;

/** Draws a net's states in one or two layouts, with the ball and its path. */
export class NetDrawing extends Sketch {
  #scene: NetScene | undefined;
  /** Everything but the ball and its path. */
  readonly #still = document.createElement("canvas");
  #layouts: readonly Layout[] = [];
  #isStale = true;
  #hovered: number | undefined;
  /** The move that is under way. */
  #flight = { from: 0, to: 0, since: Number.NEGATIVE_INFINITY };

  show(scene: NetScene): void {
    const before = this.#scene;
    this.#scene = scene;
    const isSame =
      before !== undefined &&
      before.analysis === scene.analysis &&
      before.view === scene.view &&
      before.colours === scene.colours &&
      before.lit === scene.lit;
    if (!isSame) {
      this.#isStale = true;
      if (before?.analysis !== scene.analysis) this.#hovered = undefined;
      if (before?.analysis !== scene.analysis || before.view !== scene.view) this.#arrange();
    }
    this.#fly(before, scene);
    this.schedule();
  }

  #fly(before: NetScene | undefined, { analysis, path }: NetScene): void {
    const to = path[path.length - 1];
    const from = before?.analysis === analysis ? before.path[before.path.length - 1] : to;
    const isStill = path.length < 2 || matchMedia("(prefers-reduced-motion: reduce)").matches;
    if (from !== to) this.#flight = { from: isStill ? to : from, to, since: performance.now() };
    else if (before?.analysis !== analysis) this.#flight = { from: to, to, since: Number.NEGATIVE_INFINITY };
  }

  /** The state at a point, if there is one. */
  at(x: number, y: number): number | undefined {
    let [found, least]: [number | undefined, number] = [undefined, 26];
    for (const layout of this.#layouts) {
      for (let word = 0; word < layout.x.length; word++) {
        const distance = Math.hypot(layout.x[word] - x, layout.y[word] - y);
        if (distance < Math.min(least, layout.radius + 12)) [found, least] = [word, distance];
      }
    }
    return found;
  }

  hover(word: number | undefined): void {
    if (word === this.#hovered) return;
    this.#hovered = word;
    this.schedule();
  }

  protected override fitted(): void {
    this.#still.width = Math.round(this.width * devicePixelRatio);
    this.#still.height = Math.round(this.height * devicePixelRatio);
    this.#arrange();
  }

  #arrange(): void {
    this.#isStale = true;
    if (this.#scene === undefined || this.width === 0) return;
    const { analysis, view } = this.#scene;
    this.#layouts = layoutsOf(analysis, view, this.width, this.height);
  }

  protected override paint(context: CanvasRenderingContext2D, now: number): boolean {
    const scene = this.#scene;
    if (scene === undefined) return false;
    if (this.#isStale) this.#paintStill(scene);
    context.drawImage(this.#still, 0, 0, this.width, this.height);
    const part = Math.min(1, (now - this.#flight.since) / FLIGHT);
    for (const layout of this.#layouts) {
      drawPath(context, scene, layout);
      if (this.#hovered !== undefined) this.#outline(context, scene, layout, this.#hovered);
      this.#drawBall(context, scene, layout, part);
    }
    return part < 1;
  }

  #paintStill({ analysis, colours, lit }: NetScene): void {
    const context = this.#still.getContext("2d");
    if (!context) return;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, this.#still.width, this.#still.height);
    context.scale(devicePixelRatio, devicePixelRatio);
    for (const layout of this.#layouts) drawGraph(context, analysis, layout, colours, lit);
    this.#isStale = false;
  }

  #outline(context: CanvasRenderingContext2D, { colours }: NetScene, layout: Layout, word: number): void {
    context.beginPath();
    context.arc(layout.x[word], layout.y[word], layout.radius + 4, 0, 7);
    context.strokeStyle = colours.muted;
    context.lineWidth = 1.5;
    context.stroke();
  }

  #drawBall(
    context: CanvasRenderingContext2D,
    { analysis, colours, path }: NetScene,
    layout: Layout,
    part: number,
  ): void {
    const { from, to } = this.#flight;
    const word = path[path.length - 1];
    const eased = to === word ? 1 - (1 - part) ** 3 : 1;
    const [a, b] = to === word ? [from, to] : [word, word];
    const x = layout.x[a] + (layout.x[b] - layout.x[a]) * eased;
    const y = layout.y[a] + (layout.y[b] - layout.y[a]) * eased;
    const radius = Math.max(6, layout.radius);
    context.beginPath();
    context.arc(x, y, radius, 0, 7);
    context.fillStyle = colours.action;
    context.fill();
    context.lineWidth = 2;
    context.strokeStyle = colours.paper;
    context.stroke();
    if (layout.isLabelled && eased > 0.6) labelOf(context, analysis, layout, word, colours.onAction, [x, y]);
    const k = analysis.valleyOf[word];
    if (k < 0 || eased < 1) return;
    // The mark of what it lies in stays in sight.
    if (layout.isLabelled)
      drawBadge(context, layout, word, analysis.valleys[k].kind, colourOf(colours, analysis.valleys[k]), colours);
    else {
      context.fillStyle = colours.onAction;
      drawMark(context, analysis.valleys[k].kind, x, y, 1.25 * radius);
    }
  }
}

/** The layouts that a view shows, in the room that there is: two beside or above each other. */
export function layoutsOf(analysis: Analysis, view: NetScene["view"], width: number, height: number): Layout[] {
  const whole: Box = { left: 0, top: 0, width, height };
  if (view === "cube") return [hypercube(analysis, whole)];
  if (view === "ladder") return [ladder(analysis, whole)];
  if (width >= 480 || width > 1.4 * height) {
    const half = (width - GAP) / 2;
    return [
      hypercube(analysis, { ...whole, width: half }),
      ladder(analysis, { ...whole, left: half + GAP, width: half }),
    ];
  }
  const half = (height - GAP) / 2;
  return [
    hypercube(analysis, { ...whole, height: half }),
    ladder(analysis, { ...whole, top: half + GAP, height: half }),
  ];
}

/** The latest moves of the ball, the older the fainter. */
function drawPath(context: CanvasRenderingContext2D, { path, colours }: NetScene, { x, y, radius }: Layout): void {
  const first = Math.max(1, path.length - SHOWN);
  context.strokeStyle = colours.action;
  context.lineCap = "round";
  context.lineWidth = 3;
  for (let k = first; k < path.length; k++) {
    const [a, b] = [path[k - 1], path[k]];
    const length = Math.hypot(x[b] - x[a], y[b] - y[a]);
    // The signs within discs stay in sight.
    const gap = radius > 5 && length > 2 * radius ? (radius + 1) / length : 0;
    const at = (part: number) => [x[a] + part * (x[b] - x[a]), y[a] + part * (y[b] - y[a])] as const;
    context.globalAlpha = 0.15 + 0.7 * ((k - first + 1) / (path.length - first));
    context.beginPath();
    context.moveTo(...at(gap));
    context.lineTo(...at(1 - gap));
    context.stroke();
  }
  context.globalAlpha = 1;
}
