import { signal, useSignalEffect } from "@preact/signals";
import { palette } from "../theme.js";
import { footprint, type Place, stroke } from "../ui/brush.js";
import { PixelBoard, type Stroke } from "../ui/pixel-board.js";
import { UnitDrawing } from "../ui/unit-drawing.js";
import { useDrawing } from "../ui/use-drawing.js";
import { between, cover } from "./cover.js";
import type { RecallSession } from "./session.js";

/** What a stroke on the board does. */
export type Tool = "draw" | "erase" | "off" | "on" | "noise";

export const tool = signal<Tool>("draw");
export const brush = signal(2);

/** The state, large: to look at and to paint on. */
export function Board({ session, width }: { session: RecallSession; width: number }) {
  const [drawing, canvas] = useDrawing(() => new UnitDrawing());
  const height = session.cue.value.length / width;
  useSignalEffect(() => {
    const frame = session.frame.value;
    drawing.show(session.shown.value, width, (frame?.visits ?? 0) > 0, palette.value);
  });

  const press = (from: Place): Stroke => {
    const which = tool.value;
    const units = session.shown.value.slice();
    session.running.value = false;
    let last = from;
    if (which === "draw" || which === "erase") {
      const to = (place: Place) => {
        stroke(units, width, last, place, brush.value, which === "draw" ? 1 : 0);
        session.paint(units.slice());
        last = place;
        return footprint(place, width, height, brush.value);
      };
      return { to };
    }
    const to = (place: Place) => {
      last = place;
      return between(from, place);
    };
    const end = () => session.paint(cover(units, width, between(from, last), which, session.setting.value.seed));
    return { to, end };
  };
  const flip = ({ x, y }: Place) => {
    const units = session.shown.value.slice();
    units[y * width + x] ^= 1;
    session.paint(units);
  };
  const isRegion = () => tool.value !== "draw" && tool.value !== "erase";
  return (
    <PixelBoard
      canvas={canvas}
      drawing={drawing}
      width={width}
      height={height}
      label={`The state, ${height} by ${width} units. Drag to paint the cue; with the keyboard, arrows move and space flips a unit.`}
      footprint={(place) => footprint(place, width, height, isRegion() ? 1 : brush.value)}
      press={press}
      flip={flip}
    />
  );
}
