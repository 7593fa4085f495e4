import { Fragment } from "preact";
import { useEffect } from "preact/hooks";
import { light, lit } from "../ui/letter.js";
import type { Lab } from "./lab.js";
import { writeRoute } from "./route.js";

/** The equation of a page with what its letters mean, why it is so, and settings worth showing. */
export function ExplainPanel({ lab }: { lab: Lab }) {
  const { page } = lab.shown.value ?? {};
  const { entry } = lab.route.value;
  const terms = page?.explanation?.terms ?? [];
  useEffect(() => {
    // A control lights its letter up.
    const look = ({ target }: Event) => {
      light(terms.find(({ at }) => target instanceof Element && target.closest(at) !== null));
    };
    addEventListener("pointerover", look);
    addEventListener("focusin", look);
    return () => {
      removeEventListener("pointerover", look);
      removeEventListener("focusin", look);
      light(undefined);
    };
  }, [terms]);
  if (page?.explanation === undefined) return null;
  const { equation: Equation, sentences, source, checks } = page.explanation;
  return (
    <section class="explain" aria-labelledby="explain-title">
      <h2 id="explain-title">{entry.question}</h2>
      <div class="equation">
        <Equation />
      </div>
      <dl class="terms">
        {terms.map((term) => (
          <div
            key={term.id}
            class={lit.value === term.id ? "lit" : ""}
            onPointerOver={(event) => {
              event.stopPropagation();
              light(term);
            }}
          >
            <dt>
              <math>{term.letter()}</math>
            </dt>
            <dd>{term.means}</dd>
          </div>
        ))}
      </dl>
      {sentences.map((text) => (
        <p key={text}>{text}</p>
      ))}
      {page.scenes !== undefined && (
        <Fragment>
          <h3>Scenes</h3>
          <ol class="scenes">
            {page.scenes.map(({ title, text, address }) => (
              <li key={title}>
                <a href={writeRoute({ ...lab.route.value, setting: address })}>{title}</a>
                <p>{text}</p>
              </li>
            ))}
          </ol>
        </Fragment>
      )}
      <p class="note">
        {source}.
        {checks.length > 0 && (
          <>
            {" "}
            Checked by{" "}
            {checks.map((id, k) => (
              <Fragment key={id}>
                {k > 0 && ", "}
                <a href={`#/gallery?id=${id}`}>{id}</a>
              </Fragment>
            ))}
            .
          </>
        )}
      </p>
    </section>
  );
}
