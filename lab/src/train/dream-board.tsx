import { signal, useSignalEffect } from "@preact/signals";
import type { TargetedKeyboardEvent, TargetedPointerEvent } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { footprint, type Place, stroke } from "../recall/brush.js";
import { palette } from "../theme.js";
import { DreamDrawing } from "./dream-drawing.js";
import type { TrainSession } from "./session.js";

/** What a stroke on the board does: it changes the picture, or which pixels are kept. */
export type Tool = "draw" | "erase" | "keep" | "free";

export const tool = signal<Tool>("draw");
export const brush = signal(2);

interface Stroke {
  last: Place;
  readonly units: Uint8Array;
}

/** The state of the chain: to look at, to paint on, and to clamp. */
export function DreamBoard({ session }: { session: TrainSession }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [drawing] = useState(() => new DreamDrawing());
  const current = useRef<Stroke | undefined>(undefined);
  const cursor = useRef<Place | undefined>(undefined);
  const side = session.side.value;

  useEffect(() => {
    const element = canvas.current as HTMLCanvasElement;
    const observer = new ResizeObserver(() => drawing.resize(element));
    observer.observe(element);
    return () => {
      observer.disconnect();
      drawing.stop();
    };
  }, [drawing]);
  useSignalEffect(() => {
    drawing.show({
      greys: session.shown.value,
      held: session.held.value,
      side: session.side.value,
      palette: palette.value,
    });
  });

  const within = (at: number) => Math.max(0, Math.min(side - 1, at));
  const placeOf = ({ clientX, clientY, currentTarget }: TargetedPointerEvent<HTMLCanvasElement>): Place => {
    const { left, top, width, height } = currentTarget.getBoundingClientRect();
    return {
      x: within(Math.floor(((clientX - left) / width) * side)),
      y: within(Math.floor(((clientY - top) / height) * side)),
    };
  };
  const isPicture = () => tool.value === "draw" || tool.value === "erase";
  /** What the tool changes. */
  const units = () => (isPicture() ? session.units() : session.held.value.slice());
  const change = (changed: Uint8Array) => (isPicture() ? session.paint(changed) : session.hold(changed));
  const drag = (to: Place) => {
    const { last, units: changed } = current.current as Stroke;
    stroke(changed, side, last, to, brush.value, tool.value === "draw" || tool.value === "keep" ? 1 : 0);
    change(changed.slice());
    (current.current as Stroke).last = to;
    drawing.frame(footprint(to, side, side, brush.value));
  };
  const release = () => {
    current.current = undefined;
    drawing.frame(undefined);
  };
  const onPointerDown = (event: TargetedPointerEvent<HTMLCanvasElement>) => {
    if (event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    const place = placeOf(event);
    current.current = { last: place, units: units() };
    drag(place);
  };
  const onPointerMove = (event: TargetedPointerEvent<HTMLCanvasElement>) => {
    const place = placeOf(event);
    if (current.current !== undefined) drag(place);
    else if (event.pointerType === "mouse") drawing.frame(footprint(place, side, side, brush.value));
  };
  const onKeyDown = (event: TargetedKeyboardEvent<HTMLCanvasElement>) => {
    const { x, y } = cursor.current ?? { x: side >> 1, y: side >> 1 };
    const moves: Record<string, Place> = {
      ArrowLeft: { x: x - 1, y },
      ArrowRight: { x: x + 1, y },
      ArrowUp: { x, y: y - 1 },
      ArrowDown: { x, y: y + 1 },
    };
    const to = moves[event.key];
    if (to === undefined && event.key !== " ") return;
    event.preventDefault();
    if (to === undefined) {
      const changed = units();
      changed[y * side + x] ^= 1;
      change(changed);
    }
    const at = to === undefined ? { x, y } : { x: within(to.x), y: within(to.y) };
    cursor.current = at;
    drawing.frame({ left: at.x, top: at.y, width: 1, height: 1 });
  };

  return (
    <canvas
      class="board"
      ref={canvas}
      style={{ aspectRatio: "1" }}
      tabIndex={0}
      role="img"
      aria-label={`The chain, ${side} by ${side} pixels. Drag to draw or to clamp; with the keyboard, arrows move and space turns a pixel over.`}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={release}
      onPointerCancel={release}
      onPointerLeave={() => current.current === undefined && drawing.frame(undefined)}
      onBlur={() => drawing.frame(undefined)}
      onKeyDown={onKeyDown}
    />
  );
}
