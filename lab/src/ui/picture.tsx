import { useSignalEffect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { palette } from "../theme.js";

interface PictureProps {
  readonly units: Uint8Array;
  readonly width: number;
  readonly label?: string;
}

/** A state as a small picture, one pixel a unit; where it has no label, its parent names it. */
export function Picture({ units, width, label }: PictureProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const height = units.length / width;
  const draw = () => {
    const context = canvas.current?.getContext("2d");
    if (!context) return;
    const { ink } = palette.value;
    context.clearRect(0, 0, width, height);
    context.fillStyle = ink;
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; ) {
        let end = x;
        while (end < width && units[y * width + end] === 1) end++;
        if (end > x) context.fillRect(x, y, end - x, 1);
        x = end + 1;
      }
    }
  };
  useEffect(draw, [units, width]);
  useSignalEffect(draw);
  return (
    <canvas
      class="picture"
      ref={canvas}
      width={width}
      height={height}
      role={label === undefined ? undefined : "img"}
      aria-label={label}
    />
  );
}
