import { useLayoutEffect, useRef, useState } from "preact/hooks";

/** A figure whose letters are smaller than this, of what they were drawn for, can be enlarged. */
const READABLE = 0.8;

/** A figure as SVG, in the colours of the lab: all of it, or enlarged so that it scrolls. */
export function Figure({ svg, label }: { svg: string; label: string }) {
  const box = useRef<HTMLDivElement>(null);
  const [isSmall, setSmall] = useState(false);
  const [isLarge, enlarge] = useState(false);
  useLayoutEffect(() => {
    const { documentElement: root } = new DOMParser().parseFromString(svg, "image/svg+xml");
    const [width, height] = ["width", "height"].map((name) => Number(root.getAttribute(name)));
    root.setAttribute("role", "img");
    root.setAttribute("aria-label", label);
    const element = box.current as HTMLDivElement;
    element.style.setProperty("--width", `${width}px`);
    element.style.setProperty("--shape", `${width / height}`);
    element.replaceChildren(root);
    enlarge(false);
    const watch = new ResizeObserver(() => {
      const scale = Math.min(element.clientWidth / width, element.clientHeight / height);
      setSmall(scale < READABLE);
    });
    watch.observe(element);
    return () => watch.disconnect();
  }, [svg, label]);
  return (
    <div class="figure-box">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached with the keyboard */}
      <section class={isLarge ? "figure large" : "figure"} ref={box} tabIndex={0} aria-label="Figure" />
      {(isSmall || isLarge) && (
        <button type="button" aria-pressed={isLarge} onClick={() => enlarge(!isLarge)}>
          Enlarge
        </button>
      )}
    </div>
  );
}
