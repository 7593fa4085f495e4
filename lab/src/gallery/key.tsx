import { countKinds, kinds } from "./catalogue.js";
import { Mark } from "./mark.js";
import type { GallerySession } from "./session.js";
import { verdictWords } from "./words.js";

/** What the marks mean, and how many experiments have each. */
export function Key({ session }: { session: GallerySession }) {
  const counts = countKinds(session.entries.value ?? []);
  return (
    <section class="key" aria-labelledby="key-title">
      <h2 id="key-title">Verdicts</h2>
      <p class="note">
        An experiment repeats one published table or figure. Each claim of its source is set beside our value with an
        interval; the worst verdict of its claims is that of the experiment.
      </p>
      <dl>
        {kinds.map((kind) => (
          <div key={kind}>
            <dt>
              <Mark kind={kind} />
              <button
                type="button"
                class="link"
                title="Show these experiments"
                onClick={() => session.filter({ verdict: kind })}
              >
                {verdictWords[kind].name} ({counts[kind]})
              </button>
            </dt>
            <dd class="note">{verdictWords[kind].says}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
