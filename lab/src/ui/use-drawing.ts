import type { RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { BoardDrawing } from "./board-drawing.js";

/** A drawing, and the canvas that it draws on as long as that is on the page, in the size that the page gives it. */
export function useDrawing<D extends BoardDrawing>(make: () => D): readonly [D, RefObject<HTMLCanvasElement | null>] {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [drawing] = useState(make);
  useEffect(() => {
    const element = canvas.current as HTMLCanvasElement;
    const observer = new ResizeObserver(() => drawing.resize(element));
    observer.observe(element);
    return () => {
      observer.disconnect();
      drawing.stop();
    };
  }, [drawing]);
  return [drawing, canvas];
}
