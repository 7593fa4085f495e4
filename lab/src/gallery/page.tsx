import type { LabPage } from "../page.js";
import "../style/gallery.css";
import { Frame } from "../ui/frame.js";
import { Detail } from "./detail.js";
import { explanation } from "./explain.js";
import { Filters } from "./filters.js";
import { Key } from "./key.js";
import { scenes } from "./scenes.js";
import { GallerySession } from "./session.js";
import { Stage } from "./stage.js";
import { GalleryTransport } from "./transport.js";

/** The Gallery: every published table and figure that was repeated, beside what was published. */
function GalleryPage({ session }: { session: GallerySession }) {
  const entry = session.entry.value;
  return (
    <Frame
      session={session}
      name="experiments"
      title={entry === undefined ? "Experiments" : entry.title}
      picture={<Stage session={session} />}
      transport={<GalleryTransport session={session} />}
      setup={<Filters session={session} />}
      readings={
        entry === undefined ? <Key session={session} /> : <Detail session={session} entry={entry} key={entry.id} />
      }
    />
  );
}

export const page: LabPage<GallerySession> = {
  open: (address) => new GallerySession(address),
  View: GalleryPage,
  explanation,
  scenes,
};
