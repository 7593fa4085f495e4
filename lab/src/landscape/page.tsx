import type { LabPage } from "../page.js";
import "../style/landscape.css";
import { Frame } from "../ui/frame.js";
import { explanation } from "./explain.js";
import { MotionPanel, NetPanel } from "./net-panel.js";
import { Occupancy } from "./occupancy-view.js";
import { scenes } from "./scenes.js";
import { LandscapeSession } from "./session.js";
import { Stage } from "./stage.js";
import { StoredPanel } from "./stored-panel.js";
import { SurfaceReadings, SurfaceSetup } from "./surface-panels.js";
import { LandscapeTransport } from "./transport.js";
import { EnergyNote, Together, Valleys } from "./valleys.js";
import { Why } from "./why.js";

/** The Landscape page: all states of a small net, its valleys, and a ball; and the surface of a modern memory. */
function LandscapePage({ session }: { session: LandscapeSession }) {
  const isSurface = session.isSurface.value;
  const { temperature, update } = session.setting.value;
  const isHot = update === "one" && temperature > 0;
  return (
    <Frame
      session={session}
      name="landscape"
      title={isSurface ? "The surface" : "All states"}
      picture={<Stage session={session} />}
      transport={<LandscapeTransport session={session} />}
      setup={
        isSurface ? (
          <SurfaceSetup session={session} />
        ) : (
          <>
            <NetPanel session={session} />
            <MotionPanel session={session} />
            <StoredPanel session={session} />
          </>
        )
      }
      readings={
        isSurface ? (
          <SurfaceReadings session={session} />
        ) : (
          <>
            <Why session={session} />
            <Valleys session={session} />
            {isHot && <Occupancy session={session} />}
            <EnergyNote session={session} />
            <Together session={session} />
          </>
        )
      }
    />
  );
}

export const page: LabPage<LandscapeSession> = {
  open: (address) => new LandscapeSession(address),
  begin(session) {
    session.running.value = true;
  },
  View: LandscapePage,
  explanation,
  scenes,
};
