import { signal, useSignalEffect } from "@preact/signals";
import { palette } from "../theme.js";
import { footprint, type Place, stroke } from "../ui/brush.js";
import { PixelBoard, type Stroke } from "../ui/pixel-board.js";
import { useDrawing } from "../ui/use-drawing.js";
import { DreamDrawing } from "./dream-drawing.js";
import type { BoltzmannSession } from "./session.js";

/** What a stroke on the board does: it changes the picture, or which pixels are kept. */
export type Tool = "draw" | "erase" | "keep" | "free";

export const tool = signal<Tool>("draw");
export const brush = signal(2);

/** The state of the chain: to look at, to paint on, and to clamp. */
export function DreamBoard({ session }: { session: BoltzmannSession }) {
  const [drawing, canvas] = useDrawing(() => new DreamDrawing());
  const side = session.side.value;
  useSignalEffect(() => {
    drawing.show({
      greys: session.shown.value,
      held: session.held.value,
      side: session.side.value,
      palette: palette.value,
    });
  });

  const isPicture = () => tool.value === "draw" || tool.value === "erase";
  /** What the tool changes. */
  const units = () => (isPicture() ? session.units() : session.held.value.slice());
  const change = (changed: Uint8Array) => (isPicture() ? session.paint(changed) : session.hold(changed));
  const under = (place: Place) => footprint(place, side, side, brush.value);
  const press = (from: Place): Stroke => {
    const changed = units();
    let last = from;
    const to = (place: Place) => {
      stroke(changed, side, last, place, brush.value, tool.value === "draw" || tool.value === "keep" ? 1 : 0);
      change(changed.slice());
      last = place;
      return under(place);
    };
    return { to };
  };
  const flip = ({ x, y }: Place) => {
    const changed = units();
    changed[y * side + x] ^= 1;
    change(changed);
  };
  return (
    <PixelBoard
      canvas={canvas}
      drawing={drawing}
      width={side}
      height={side}
      label={`The chain, ${side} by ${side} pixels. Drag to draw or to clamp; with the keyboard, arrows move and space flips a pixel.`}
      footprint={under}
      press={press}
      flip={flip}
    />
  );
}
