import type { Region } from "engram/patterns";
import type { RefObject, TargetedKeyboardEvent, TargetedPointerEvent } from "preact";
import { useRef, useState } from "preact/hooks";
import type { BoardDrawing } from "./board-drawing.js";
import type { Place } from "./brush.js";

/** A stroke: what a pointer does from pressing to releasing. */
export interface Stroke {
  /** Goes on to a place, at first to that where it began; gives what is to be outlined. */
  to(place: Place): Region;
  end?(): void;
}

interface PixelBoardProps {
  readonly canvas: RefObject<HTMLCanvasElement | null>;
  readonly drawing: BoardDrawing;
  readonly width: number;
  readonly height: number;
  readonly label: string;
  /** What a stroke would touch first. */
  readonly footprint: (place: Place) => Region;
  readonly press: (place: Place) => Stroke;
  /** Flips one cell. */
  readonly flip: (place: Place) => void;
}

/** A canvas of cells to paint on, by pointer and by keyboard: arrows move, space flips a cell. */
export function PixelBoard({ canvas, drawing, width, height, label, footprint, press, flip }: PixelBoardProps) {
  const current = useRef<Stroke | undefined>(undefined);
  const cursor = useRef<Place | undefined>(undefined);
  const [told, tell] = useState("");
  const inside = ({ x, y }: Place): Place => ({
    x: Math.max(0, Math.min(width - 1, x)),
    y: Math.max(0, Math.min(height - 1, y)),
  });
  const placeOf = ({ clientX, clientY, currentTarget }: TargetedPointerEvent<HTMLCanvasElement>): Place => {
    const box = currentTarget.getBoundingClientRect();
    const part = { x: (clientX - box.left) / box.width, y: (clientY - box.top) / box.height };
    return inside({ x: Math.floor(part.x * width), y: Math.floor(part.y * height) });
  };
  const onPointerDown = (event: TargetedPointerEvent<HTMLCanvasElement>) => {
    if (event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    const place = placeOf(event);
    current.current = press(place);
    drawing.outline(current.current.to(place));
  };
  const onPointerMove = (event: TargetedPointerEvent<HTMLCanvasElement>) => {
    const place = placeOf(event);
    if (current.current !== undefined) drawing.outline(current.current.to(place));
    else if (event.pointerType === "mouse") drawing.outline(footprint(place));
  };
  const release = () => {
    current.current?.end?.();
    current.current = undefined;
    drawing.outline(undefined);
  };
  const onKeyDown = (event: TargetedKeyboardEvent<HTMLCanvasElement>) => {
    // The board may have become smaller since the cursor was put there.
    const { x, y } = inside(cursor.current ?? { x: width >> 1, y: height >> 1 });
    const moves: Record<string, Place> = {
      " ": { x, y },
      ArrowLeft: { x: x - 1, y },
      ArrowRight: { x: x + 1, y },
      ArrowUp: { x, y: y - 1 },
      ArrowDown: { x, y: y + 1 },
    };
    const to = moves[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const place = inside(to);
    cursor.current = place;
    if (event.key === " ") flip(place);
    tell(`Row ${place.y + 1}, column ${place.x + 1}${event.key === " " ? ", flipped" : ""}`);
    drawing.outline({ left: place.x, top: place.y, width: 1, height: 1 });
  };
  return (
    <>
      {/* biome-ignore lint/a11y/noInteractiveElementToNoninteractiveRole: a canvas is none, and a board takes keys itself. */}
      <canvas
        class="board"
        ref={canvas}
        style={{ aspectRatio: `${width} / ${height}`, "--ratio": width / height }}
        tabIndex={0}
        role="application"
        aria-label={label}
        onPointerDown={onPointerDown}
        onPointerMove={onPointerMove}
        onPointerUp={release}
        onPointerCancel={release}
        onPointerLeave={() => current.current === undefined && drawing.outline(undefined)}
        onBlur={() => drawing.outline(undefined)}
        onKeyDown={onKeyDown}
      />
      <span class="unseen" role="status">
        {told}
      </span>
    </>
  );
}
