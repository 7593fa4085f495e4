import { Cards } from "./cards.js";
import { Figure } from "./figure.js";
import type { GallerySession } from "./session.js";

/** The list of experiments, or the figure of one. */
export function Stage({ session }: { session: GallerySession }) {
  const { lost, entries, entry, result, chosen, ownRun } = session;
  if (lost.value !== undefined) {
    return (
      <div class="blank" role="alert">
        <p>{lost.value} could not be loaded. Is the server still there?</p>
        <button type="button" onClick={() => void session.load()}>
          Load it again
        </button>
      </div>
    );
  }
  if (entries.value === undefined) return <div class="blank" aria-busy="true" />;
  if (entry.value === undefined) return <Cards session={session} />;
  const { title, needsDigits } = entry.value;
  if (result.value !== undefined && result.value.figure !== null) {
    return <Figure svg={result.value.figure} label={title} />;
  }
  if (result.value !== undefined) return <p class="blank">Its figure cannot be drawn from this result.</p>;
  if (chosen.value !== undefined) return <div class="blank" aria-busy="true" />;
  if (ownRun.value?.state === "running") return <div class="blank" />;
  return (
    <p class="blank">
      No result of this experiment is committed yet.{" "}
      {needsDigits
        ? "Its command computes one."
        : "Run it here at the quick setting, or use its command for a better one."}
    </p>
  );
}
