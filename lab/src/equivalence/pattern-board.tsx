import { useSignalEffect } from "@preact/signals";
import type { TargetedKeyboardEvent, TargetedPointerEvent } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { type Canvas, Drawing } from "../recall/board-drawing.js";
import { type Place, stroke } from "../recall/brush.js";
import { palette } from "../theme.js";
import type { EquivalenceSession } from "./session.js";

interface Stroke {
  last: Place;
  readonly units: Uint8Array;
  readonly value: 0 | 1;
}

/** The chosen pattern, large: a press turns a pixel over, and dragging on makes others like it. */
export function PatternBoard({ session }: { session: EquivalenceSession }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [drawing] = useState(() => new Drawing());
  const current = useRef<Stroke | undefined>(undefined);
  const cursor = useRef<Place | undefined>(undefined);
  const { side, chosen } = session.setting.value;

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
    const now = session.setting.value;
    drawing.show(session.patterns.value[now.chosen], now.side, false, palette.value);
  });

  const within = (at: number) => Math.max(0, Math.min(side - 1, at));
  const placeOf = ({ clientX, clientY, currentTarget }: TargetedPointerEvent<HTMLCanvasElement>): Place => {
    const { left, top, width, height } = currentTarget.getBoundingClientRect();
    return {
      x: within(Math.floor(((clientX - left) / width) * side)),
      y: within(Math.floor(((clientY - top) / height) * side)),
    };
  };
  const outline = ({ x, y }: Place) => drawing.frame({ left: x, top: y, width: 1, height: 1 });
  const drag = (to: Place) => {
    const now = current.current as Stroke;
    stroke(now.units, side, now.last, to, 1, now.value);
    now.last = to;
    session.paint(now.units.slice());
    outline(to);
  };
  const release = () => {
    current.current = undefined;
    drawing.frame(undefined);
  };
  const onPointerDown = (event: TargetedPointerEvent<HTMLCanvasElement>) => {
    if (event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    const place = placeOf(event);
    const units = session.patterns.value[chosen].slice();
    current.current = { last: place, units, value: units[place.y * side + place.x] === 1 ? 0 : 1 };
    drag(place);
  };
  const onPointerMove = (event: TargetedPointerEvent<HTMLCanvasElement>) => {
    const place = placeOf(event);
    if (current.current !== undefined) drag(place);
    else if (event.pointerType === "mouse") outline(place);
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
    const at = to === undefined ? { x: within(x), y: within(y) } : { x: within(to.x), y: within(to.y) };
    cursor.current = at;
    if (to === undefined) {
      const units = session.patterns.value[chosen].slice();
      units[at.y * side + at.x] ^= 1;
      session.paint(units);
    }
    outline(at);
  };

  return (
    <canvas
      class="board"
      ref={canvas}
      style={{ aspectRatio: "1" }}
      tabIndex={0}
      role="img"
      aria-label={`Pattern ${chosen}, ${side} by ${side} pixels. Press a pixel to turn it over; with the keyboard, arrows move and space turns a pixel over.`}
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
