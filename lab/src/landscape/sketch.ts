import type { RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

/** A picture on a canvas in the size that the page gives it: drawn at most once a frame, and only when something changes. */
export abstract class Sketch {
  #canvas: HTMLCanvasElement | undefined;
  #request = 0;

  /** In CSS pixels. */
  protected width = 0;
  protected height = 0;

  fit(canvas: HTMLCanvasElement): void {
    this.#canvas = canvas;
    const { width, height } = canvas.getBoundingClientRect();
    if (width < 1 || height < 1) return;
    this.width = width;
    this.height = height;
    canvas.width = Math.round(width * devicePixelRatio);
    canvas.height = Math.round(height * devicePixelRatio);
    this.fitted();
    this.#draw(performance.now());
  }

  stop(): void {
    cancelAnimationFrame(this.#request);
    this.#request = 0;
  }

  /** The size has changed. */
  protected fitted(): void {}

  /** Draws on an empty canvas, in CSS pixels; returns whether it is still changing. */
  protected abstract paint(context: CanvasRenderingContext2D, now: number): boolean;

  protected schedule(): void {
    if (this.#request === 0) this.#request = requestAnimationFrame((time) => this.#draw(time));
  }

  #draw(now: number): void {
    this.stop();
    const context = this.#canvas?.getContext("2d");
    if (!context || this.width === 0) return;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, context.canvas.width, context.canvas.height);
    context.scale(devicePixelRatio, devicePixelRatio);
    if (this.paint(context, now)) this.schedule();
  }
}

/** A sketch, and the canvas that it draws on as long as that is on the page. */
export function useSketch<S extends Sketch>(make: () => S): readonly [S, RefObject<HTMLCanvasElement | null>] {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [sketch] = useState(make);
  useEffect(() => {
    const element = canvas.current as HTMLCanvasElement;
    const observer = new ResizeObserver(() => sketch.fit(element));
    observer.observe(element);
    return () => {
      observer.disconnect();
      sketch.stop();
    };
  }, [sketch]);
  return [sketch, canvas];
}
