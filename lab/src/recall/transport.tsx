import { Transport } from "../ui/transport.js";
import type { RecallSession } from "./session.js";
import { sweepsPerSecond } from "./setting.js";

/** The buttons that move the state, and how far it has come. */
export function RecallTransport({ session }: { session: RecallSession }) {
  const { setting, running, frame, cue } = session;
  const { speed } = setting.value;
  const { visits = 0, flips = 0 } = frame.value ?? {};
  return (
    <Transport
      running={running.value}
      start={session.settled ? "Again" : visits > 0 ? "Continue" : "Recall"}
      onToggle={() => session.toggle()}
      disabled={frame.value === undefined || session.isLearning}
      steps={[
        { label: "Unit", icon: "unit", title: "Update one unit", onClick: () => session.step() },
        { label: "Sweep", icon: "sweep", title: "Go to the end of the sweep", onClick: () => session.step("sweep") },
        { label: "Reset", icon: "reset", title: "Back to the cue", onClick: () => session.reset() },
      ]}
      speed={{
        value: speed,
        shown: paceInWords(speed, cue.value.length),
        onInput: (value) => session.change({ speed: value }),
      }}
      counts={[
        ["sweeps", (visits / cue.value.length).toFixed(2)],
        ["visits", visits.toLocaleString("en")],
        ["flips", flips.toLocaleString("en")],
      ]}
    />
  );
}

function paceInWords(speed: number, units: number): string {
  const sweeps = sweepsPerSecond(speed);
  if (sweeps === Number.POSITIVE_INFINITY) return "full";
  if (sweeps < 0.5) return `${Math.round(sweeps * units)} units/s`;
  return `${sweeps < 10 ? sweeps.toFixed(1) : Math.round(sweeps)} sweeps/s`;
}
