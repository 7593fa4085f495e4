import type { LabPage } from "../page.js";
import "../style/mapping.css";
import { Frame } from "../ui/frame.js";
import { Charts } from "./charts.js";
import { explanation } from "./explain.js";
import { Machines } from "./machines-view.js";
import { ModelPanel } from "./model-panel.js";
import { PatternsPanel } from "./patterns-panel.js";
import { RunPanel, RunSliders } from "./run-panel.js";
import { scenes } from "./scenes.js";
import { MappingSession } from "./session.js";
import { MappingTransport } from "./transport.js";

/** The Mapping page: a Hopfield net and the RBM that is the same model, seen, certified and run. */
function MappingPage({ session }: { session: MappingSession }) {
  return (
    <Frame
      session={session}
      name="mapping"
      title="The net and the RBM"
      picture={<Machines session={session} />}
      transport={<MappingTransport session={session} />}
      setup={
        <>
          <PatternsPanel session={session} />
          <ModelPanel session={session} />
          <RunSliders session={session} />
        </>
      }
      readings={
        <>
          <RunPanel session={session} />
          <Charts session={session} />
        </>
      }
    />
  );
}

export const page: LabPage<MappingSession> = {
  open: (address) => new MappingSession(address),
  begin(session) {
    session.running.value = true;
  },
  View: MappingPage,
  explanation,
  scenes,
};
