import { type ReadonlySignal, untracked, useSignal, useSignalEffect } from "@preact/signals";
import { useRef } from "preact/hooks";

/** Milliseconds between two changes, at least. */
const PERIOD = 500;

/**
 * What `read` gives of signals, for what need not follow every frame: at most twice a second while it moves, and at once
 * where it rests.
 */
export function useThrottled<T>(read: () => T, isMoving: () => boolean): ReadonlySignal<T> {
  const shown = useSignal(untracked(read));
  const last = useRef(Number.NEGATIVE_INFINITY);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const show = () => {
    clearTimeout(timer.current);
    timer.current = undefined;
    last.current = performance.now();
    shown.value = untracked(read);
  };
  useSignalEffect(() => {
    read();
    const wait = isMoving() ? last.current + PERIOD - performance.now() : 0;
    if (wait <= 0) show();
    else timer.current ??= setTimeout(show, wait);
  });
  // Nothing that is shown later belongs to an element that is gone.
  useSignalEffect(() => () => clearTimeout(timer.current));
  return shown;
}
