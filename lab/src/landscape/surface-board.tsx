import { useSignal, useSignalEffect } from "@preact/signals";
import type { TargetedKeyboardEvent, TargetedPointerEvent } from "preact";
import { useRef, useState } from "preact/hooks";
import { colours } from "./colours.js";
import type { LandscapeSession } from "./session.js";
import { mostPatterns, type Point } from "./setting.js";
import { useSketch } from "./sketch.js";
import { rounded, SurfaceDrawing } from "./surface-drawing.js";
import { shown } from "./words.js";

/** How far a key moves a pattern. */
const STEP = 0.05;

/** The surface: drag a pattern, or click to retrieve from a point. */
export function SurfaceBoard({ session }: { session: LandscapeSession }) {
  const [drawing, canvas] = useSketch(() => new SurfaceDrawing());
  const [told, tell] = useState("");
  const chosen = useSignal(0);
  const dragged = useRef<number | undefined>(undefined);
  const { patterns } = session.setting.value.surface;
  const current = Math.min(chosen.value, patterns.length - 1);
  useSignalEffect(() => {
    const { patterns: points } = session.setting.value.surface;
    drawing.show({
      surface: session.surface.value,
      patterns: points,
      colours: colours.value,
      steps: session.steps.value,
      chosen: Math.min(chosen.value, points.length - 1),
    });
  });
  const move = (k: number, to: Point) => {
    session.running.value = false;
    const { patterns: points } = session.setting.value.surface;
    session.changeSurface({ patterns: points.map((point, row) => (row === k ? to : point)) });
  };
  const onPointerDown = (event: TargetedPointerEvent<HTMLCanvasElement>) => {
    if (event.button !== 0) return;
    const k = drawing.pattern(event.offsetX, event.offsetY);
    if (k === undefined) {
      session.retrieve(drawing.point(event.offsetX, event.offsetY));
      return;
    }
    event.currentTarget.setPointerCapture(event.pointerId);
    dragged.current = k;
    chosen.value = k;
  };
  const onPointerMove = (event: TargetedPointerEvent<HTMLCanvasElement>) => {
    const { offsetX, offsetY, currentTarget } = event;
    if (dragged.current !== undefined) move(dragged.current, drawing.point(offsetX, offsetY));
    else currentTarget.style.cursor = drawing.pattern(offsetX, offsetY) === undefined ? "crosshair" : "grab";
  };
  const release = () => {
    dragged.current = undefined;
  };
  const onKeyDown = (event: TargetedKeyboardEvent<HTMLCanvasElement>) => {
    const { key } = event;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const digit = /^[1-8]$/.test(key) ? Number(key) - 1 : -1;
    const [dx, dy] = steps[key] ?? [0, 0];
    if (digit >= 0 && digit < Math.min(mostPatterns, patterns.length)) {
      chosen.value = digit;
      tell(inWords(digit, patterns[digit]));
    } else if (dx !== 0 || dy !== 0) {
      const [x, y] = patterns[current];
      const to: Point = [rounded(x + dx), rounded(y + dy)];
      move(current, to);
      tell(inWords(current, to));
    } else if (key === " " || key === ".") session.step();
    else return;
    event.preventDefault();
  };
  return (
    <>
      {/* biome-ignore lint/a11y/noInteractiveElementToNoninteractiveRole: a canvas is none, and a board takes keys itself. */}
      <canvas
        class="board surface"
        ref={canvas}
        tabIndex={0}
        role="application"
        aria-label="The energy over the plane, with the stored patterns. Drag a pattern, or click to retrieve from a point; with the keyboard, digits choose a pattern, arrows move it, and space makes a step."
        onPointerDown={onPointerDown}
        onPointerMove={onPointerMove}
        onPointerUp={release}
        onPointerCancel={release}
        onKeyDown={onKeyDown}
      />
      <span class="unseen" role="status">
        {told}
      </span>
    </>
  );
}

const steps: Record<string, Point> = {
  ArrowLeft: [-STEP, 0],
  ArrowRight: [STEP, 0],
  ArrowUp: [0, STEP],
  ArrowDown: [0, -STEP],
};

function inWords(k: number, [x, y]: Point): string {
  return `Pattern ${k + 1} at ${shown(x, 2)}, ${shown(y, 2)}`;
}
