import type { Kept } from "engram/experiments";

/** What a task put aside, in memory. */
export function keptInMemory(): Kept & { readonly files: Map<string, Uint8Array> } {
  const files = new Map<string, Uint8Array>();
  return {
    files,
    read: async (name) => files.get(name),
    write: async (name, bytes) => void files.set(name, bytes.slice()),
  };
}

/** A signal that is aborted when `progress` is called for the given time. */
export function stopAfter(calls: number): { readonly signal: AbortSignal; readonly progress: () => void } {
  const stop = new AbortController();
  let told = 0;
  const progress = () => {
    if (++told === calls) stop.abort();
  };
  return { signal: stop.signal, progress };
}
