import { AddressNote, Lost, Refused, Stopped, UnknownPage } from "../ui/notices.js";
import { LabContext } from "./context.js";
import { Help } from "./help.js";
import type { Lab } from "./lab.js";
import { Masthead } from "./masthead.js";
import { writeRoute } from "./route.js";

/** The lab: what is around all pages, and the page that is shown. */
export function App({ lab }: { lab: Lab }) {
  const route = lab.route.value;
  const open = lab.shown.value;
  return (
    <LabContext.Provider value={lab}>
      {route.view !== "embed" && <Masthead lab={lab} />}
      {route.unknown !== undefined && <UnknownPage name={route.unknown} shown={route.entry.title} />}
      {lab.failure.value !== undefined && <Lost lab={lab} />}
      {lab.refusal.value !== undefined && <Refused refusal={lab.refusal} />}
      {open !== undefined && <AddressNote session={open.session} />}
      {open !== undefined && <Stopped session={open.session} />}
      {open !== undefined && <open.page.View key={route.entry.name} session={open.session} />}
      {open === undefined && lab.failure.value === undefined && <main class="waiting" aria-busy="true" />}
      {route.view === "embed" && open !== undefined && (
        <a
          class="whole"
          href={writeRoute({ ...route, view: "lab", setting: open.session.address })}
          target="_blank"
          rel="noreferrer"
        >
          Open in Engram
        </a>
      )}
      <Help />
    </LabContext.Provider>
  );
}
