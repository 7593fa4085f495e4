import { useContext, useEffect, useRef } from "preact/hooks";
import { LabContext } from "../shell/context.js";
import { writeRoute } from "../shell/route.js";
import { type Entry, kindOfEntry, sourceName, sourceOf } from "./catalogue.js";
import { Mark } from "./mark.js";
import type { GallerySession } from "./session.js";
import { verdictWords } from "./words.js";

/** The experiments that were found, one line each. */
export function Cards({ session }: { session: GallerySession }) {
  const list = useRef<HTMLUListElement>(null);
  const last = session.last.value;
  useEffect(() => {
    // Who comes back from a detail is where they left.
    list.current?.querySelector("[data-last]")?.scrollIntoView({ block: "center" });
  }, []);
  return (
    <ul class="cards" ref={list}>
      {session.shown.value.map((entry) => (
        <li key={entry.id} data-last={entry.id === last ? "" : undefined}>
          <Card entry={entry} session={session} />
        </li>
      ))}
    </ul>
  );
}

function Card({ entry, session }: { entry: Entry; session: GallerySession }) {
  const lab = useContext(LabContext);
  const kind = kindOfEntry(entry);
  const [first] = entry.results;
  return (
    <a class="card" href={writeRoute({ ...lab.route.value, setting: session.addressOf(entry.id) })}>
      <Mark kind={kind} />
      <span class="title">{entry.title}</span>
      <span class="note">
        {sourceName(sourceOf(entry))} · {verdictWords[kind].name}
        {kind !== "none" && ` · ${first.agree} of ${first.rows} agree`}
      </span>
    </a>
  );
}
