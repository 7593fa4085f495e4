import { signal, useSignalEffect } from "@preact/signals";
import type { TargetedKeyboardEvent, TargetedPointerEvent } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { palette } from "../theme.js";
import { type Canvas, Drawing } from "./board-drawing.js";
import { between, cover, footprint, type Place, stroke } from "./brush.js";
import type { Session } from "./session.js";

/** What a stroke on the board does. */
export type Tool = "draw" | "erase" | "off" | "on" | "noise";

export const tool = signal<Tool>("draw");
export const brush = signal(2);

interface Stroke {
  readonly from: Place;
  last: Place;
  readonly units: Uint8Array;
  readonly tool: Tool;
}

/** The state, large: to look at and to paint on. */
export function Board({ session, width }: { session: Session; width: number }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [drawing] = useState(() => new Drawing());
  const current = useRef<Stroke | undefined>(undefined);
  const cursor = useRef<Place | undefined>(undefined);
  const height = session.cue.value.length / width;

  useEffect(() => {
    const element = canvas.current as Canvas;
    const observer = new ResizeObserver(() => drawing.resize(element));
    observer.observe(element);
    return () => {
      observer.disconnect();
      drawing.stop();
    };
  }, [drawing]);
  useSignalEffect(() => {
    const frame = session.frame.value;
    drawing.show(session.shown.value, width, (frame?.visits ?? 0) > 0, palette.value);
  });

  const placeOf = ({ clientX, clientY, currentTarget }: TargetedPointerEvent<HTMLCanvasElement>): Place => {
    const box = currentTarget.getBoundingClientRect();
    const within = (part: number, count: number) => Math.max(0, Math.min(count - 1, Math.floor(part * count)));
    return {
      x: within((clientX - box.left) / box.width, width),
      y: within((clientY - box.top) / box.height, height),
    };
  };
  const isRegion = (which: Tool) => which !== "draw" && which !== "erase";
  const drag = (to: Place) => {
    const { from, last, units, tool: which } = current.current as Stroke;
    if (isRegion(which)) drawing.frame(between(from, to));
    else {
      stroke(units, width, last, to, brush.value, which === "draw" ? 1 : 0);
      session.paint(units.slice());
      drawing.frame(footprint(to, width, height, brush.value));
    }
    (current.current as Stroke).last = to;
  };
  const release = () => {
    const done = current.current;
    if (done !== undefined && isRegion(done.tool)) {
      session.paint(cover(done.units, width, between(done.from, done.last), done.tool, session.setting.value.seed));
    }
    current.current = undefined;
    drawing.frame(undefined);
  };

  const onPointerDown = (event: TargetedPointerEvent<HTMLCanvasElement>) => {
    if (event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    const place = placeOf(event);
    current.current = { from: place, last: place, units: session.shown.value.slice(), tool: tool.value };
    session.running.value = false;
    drag(place);
  };
  const onPointerMove = (event: TargetedPointerEvent<HTMLCanvasElement>) => {
    const place = placeOf(event);
    if (current.current !== undefined) drag(place);
    else if (event.pointerType === "mouse") {
      drawing.frame(footprint(place, width, height, isRegion(tool.value) ? 1 : brush.value));
    }
  };
  const onKeyDown = (event: TargetedKeyboardEvent<HTMLCanvasElement>) => {
    const { x, y } = cursor.current ?? { x: width >> 1, y: height >> 1 };
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
      const units = session.shown.value.slice();
      units[y * width + x] ^= 1;
      session.paint(units);
    } else {
      cursor.current = { x: Math.max(0, Math.min(width - 1, to.x)), y: Math.max(0, Math.min(height - 1, to.y)) };
    }
    drawing.frame({ left: cursor.current?.x ?? x, top: cursor.current?.y ?? y, width: 1, height: 1 });
  };

  return (
    <canvas
      class="board"
      ref={canvas}
      style={{ aspectRatio: `${width} / ${height}` }}
      tabIndex={0}
      role="img"
      aria-label={`The state, ${height} by ${width} units. Drag to paint the cue; with the keyboard, arrows move and space turns a unit over.`}
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
