import { useSignalEffect } from "@preact/signals";
import { palette } from "../theme.js";
import { footprint, type Place, stroke } from "../ui/brush.js";
import { PixelBoard, type Stroke } from "../ui/pixel-board.js";
import { UnitDrawing } from "../ui/unit-drawing.js";
import { useDrawing } from "../ui/use-drawing.js";
import type { MappingSession } from "./session.js";

/** The chosen pattern, large: a press flips a pixel, and dragging sets others to the same value. */
export function PatternBoard({ session }: { session: MappingSession }) {
  const [drawing, canvas] = useDrawing(() => new UnitDrawing());
  const { side, chosen } = session.setting.value;
  useSignalEffect(() => {
    const now = session.setting.value;
    drawing.show(session.patterns.value[now.chosen], now.side, false, palette.value);
  });

  const one = (place: Place) => footprint(place, side, side, 1);
  const press = (from: Place): Stroke => {
    const units = session.patterns.value[chosen].slice();
    const value = units[from.y * side + from.x] === 1 ? 0 : 1;
    let last = from;
    const to = (place: Place) => {
      stroke(units, side, last, place, 1, value);
      session.paint(units.slice());
      last = place;
      return one(place);
    };
    return { to };
  };
  const flip = ({ x, y }: Place) => {
    const units = session.patterns.value[chosen].slice();
    units[y * side + x] ^= 1;
    session.paint(units);
  };
  return (
    <PixelBoard
      canvas={canvas}
      drawing={drawing}
      width={side}
      height={side}
      label={`Pattern ${chosen}, ${side} by ${side} pixels. Press a pixel to flip it; with the keyboard, arrows move and space flips a pixel.`}
      footprint={one}
      press={press}
      flip={flip}
    />
  );
}
