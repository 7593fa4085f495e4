import type { Kind } from "./catalogue.js";

/** Each kind has a shape beside its colour. */
const shapes: Readonly<Record<Kind, string>> = {
  agrees: "M8 2a6 6 0 1 0 .01 0z",
  explained: "M8 2a6 6 0 1 0 .01 0zm0 2.2a3.8 3.8 0 1 1-.01 0z",
  differs: "M3.6 2 8 6.4 12.4 2 14 3.6 9.6 8l4.4 4.4-1.6 1.6L8 9.6 3.6 14 2 12.4 6.4 8 2 3.6z",
  unresolved: "M8 1.2 14.8 8 8 14.8 1.2 8z",
  incomparable: "M2 6.8h12v2.4H2z",
  none: "M2 7h2.6v2H2zM6.7 7h2.6v2H6.7zM11.4 7H14v2h-2.6z",
};

/** The mark of a verdict; what it means stands beside it in words. */
export function Mark({ kind }: { kind: Kind }) {
  return (
    <svg class={`mark ${kind}`} viewBox="0 0 16 16" aria-hidden="true">
      <path d={shapes[kind]} fill-rule="evenodd" />
    </svg>
  );
}
