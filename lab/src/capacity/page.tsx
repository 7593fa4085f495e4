import type { LabPage } from "../page.js";
import "../style/capacity.css";
import { Frame } from "../ui/frame.js";
import { Transport } from "../ui/transport.js";
import { OverlapChart } from "./chart.js";
import { explanation } from "./explain.js";
import { Crosstalk, PhaseDiagram } from "./readings.js";
import { scenes } from "./scenes.js";
import { CapacitySession } from "./session.js";
import { SetupPanel } from "./setup-panel.js";

/** The Capacity page: how many patterns a net holds, measured while one looks. */
function CapacityPage({ session }: { session: CapacitySession }) {
  const { running, draws, error } = session;
  const begun = draws.value > 0;
  return (
    <Frame
      session={session}
      name="capacity"
      title="Overlap against load"
      picture={<OverlapChart session={session} />}
      transport={
        <Transport
          running={running.value}
          start={begun ? "Continue" : "Measure"}
          onToggle={() => session.toggle()}
          disabled={error.value !== undefined || session.points.value.length === 0}
          steps={[
            {
              label: "Draw",
              icon: "unit",
              title: "One more set of patterns at this load",
              onClick: () => session.step(),
            },
            { label: "Reset", icon: "reset", title: "Forget what was measured", onClick: () => session.reset() },
          ]}
          counts={[["draws", draws.value.toLocaleString("en")]]}
        />
      }
      setup={<SetupPanel session={session} />}
      readings={
        <>
          <Crosstalk session={session} />
          <PhaseDiagram session={session} />
          <Key />
        </>
      }
    />
  );
}

/** What the marks of the chart mean. */
function Key() {
  return (
    <section class="chart-key" aria-labelledby="key-title">
      <h2 id="key-title">Marks</h2>
      <ul>
        <li>
          <svg viewBox="0 0 24 12" aria-hidden="true" class="plane">
            <path class="theory" d="M0 6H24" />
          </svg>
          mean-field theory, of infinitely many units
        </li>
        <li>
          <svg viewBox="0 0 24 12" aria-hidden="true" class="plane">
            <g class="measured">
              <line x1="12" x2="12" y1="0" y2="12" />
              <circle cx="12" cy="6" r="3" />
            </g>
          </svg>
          measured, with two standard errors to either side
        </li>
      </ul>
    </section>
  );
}

export const page: LabPage<CapacitySession> = {
  open: (address) => new CapacitySession(address),
  begin(session) {
    session.running.value = true;
  },
  View: CapacityPage,
  explanation,
  scenes,
};
