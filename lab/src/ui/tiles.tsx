import { useSignalEffect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { palette } from "../theme.js";
import { inkTones, signTones } from "./tones.js";

interface TilesProps {
  /** Picture after picture, a byte a pixel; nothing is drawn if it is omitted. */
  readonly pixels: Uint8Array | undefined;
  /** Pixels along an edge of a picture. */
  readonly side: number;
  readonly count: number;
  readonly columns: number;
  /** "ink": 0 no ink, 255 ink; "sign": 128 nothing, above it positive, below it negative. */
  readonly scale: "ink" | "sign";
  readonly label: string;
}

/** Pictures in rows on one canvas, which has its place before they come. */
export function Tiles({ pixels, side, count, columns, scale, label }: TilesProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const rows = Math.ceil(count / columns);
  // A gap of a tenth of a picture, in whole pixels.
  const gap = Math.max(1, Math.round(side / 14));
  const width = columns * (side + gap) - gap;
  const height = rows * (side + gap) - gap;
  const draw = () => {
    const context = canvas.current?.getContext("2d");
    if (!context) return;
    const tones = scale === "ink" ? inkTones(palette.value) : signTones(palette.value);
    const empty = scale === "ink" ? 0 : 128;
    const image = context.createImageData(width, height);
    for (let k = 0; k < count; k++) {
      const left = (k % columns) * (side + gap);
      const top = Math.floor(k / columns) * (side + gap);
      for (let i = 0; i < side * side; i++) {
        const tone = 4 * (pixels?.[k * side * side + i] ?? empty);
        const to = 4 * ((top + Math.floor(i / side)) * width + left + (i % side));
        for (let c = 0; c < 4; c++) image.data[to + c] = tones[tone + c];
      }
    }
    context.putImageData(image, 0, 0);
  };
  useEffect(draw, [pixels, side, count, columns, scale]);
  useSignalEffect(draw);
  return (
    <canvas
      class="picture tiles"
      ref={canvas}
      width={width}
      height={height}
      style={{ "--ratio": width / height }}
      role="img"
      aria-label={label}
    />
  );
}
