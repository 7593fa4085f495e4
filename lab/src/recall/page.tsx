import { allDynamics } from "engram/dynamics";
import type { LabPage } from "../page.js";
import { Frame } from "../ui/frame.js";
import { MadeControl } from "../ui/option-controls.js";
import "../style/recall.css";
import "../style/panels.css";
import { begin } from "./begin.js";
import { Board } from "./board.js";
import { CuePanel } from "./cue-panel.js";
import { Energy } from "./energy.js";
import { explanation } from "./explain.js";
import { useDrop } from "./images-panel.js";
import { MemoryPanel } from "./memory-panel.js";
import { Overlaps } from "./overlaps.js";
import { scenes } from "./scenes.js";
import { RecallSession } from "./session.js";
import { RecallTransport } from "./transport.js";

/** The Recall page: a memory, a cue, the moving state, and its readings. */
function RecallPage({ session }: { session: RecallSession }) {
  useDrop(session);
  const width = Math.round(Math.sqrt(session.cue.value.length));
  return (
    <Frame
      session={session}
      name="recall"
      title="State"
      picture={<Board session={session} width={width} />}
      transport={<RecallTransport session={session} />}
      setup={
        <>
          <MemoryPanel session={session} />
          <CuePanel session={session} />
          <section class="motion" aria-labelledby="motion-title">
            <h2 id="motion-title">Motion</h2>
            <MadeControl
              label="Dynamics"
              makers={allDynamics}
              value={session.setting.value.dynamics}
              onChange={(value) => session.change({ dynamics: value })}
              failure={session.refusal.value}
            />
          </section>
        </>
      }
      readings={
        <>
          <Overlaps session={session} />
          <Energy session={session} />
        </>
      }
    />
  );
}

export const page: LabPage<RecallSession> = {
  open: (address) => new RecallSession(address),
  begin,
  View: RecallPage,
  explanation,
  scenes,
};
