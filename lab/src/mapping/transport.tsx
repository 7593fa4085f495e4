import { Transport } from "../ui/transport.js";
import type { MappingSession } from "./session.js";
import { sweepsPerSecond } from "./setting.js";

/** The buttons that move both machines. */
export function MappingTransport({ session }: { session: MappingSession }) {
  const { running, frame, setting, error } = session;
  const { speed } = setting.value;
  const { sweeps = 0 } = frame.value ?? {};
  return (
    <Transport
      running={running.value}
      start={sweeps > 0 ? "Continue" : "Run both"}
      onToggle={() => session.toggle()}
      disabled={frame.value === undefined || error.value !== undefined}
      steps={[
        { label: "Sweep", icon: "sweep", title: "One sweep with either", onClick: () => session.step() },
        { label: "Reset", icon: "reset", title: "Both back to the cue", onClick: () => session.reset() },
        { label: "Another", icon: "dice", title: "Run with the next seed", onClick: () => session.again() },
      ]}
      speed={{ value: speed, shown: inWords(speed), onInput: (value) => session.change({ speed: value }) }}
      counts={[["sweeps", sweeps.toLocaleString("en")]]}
    />
  );
}

function inWords(speed: number): string {
  const sweeps = sweepsPerSecond(speed);
  if (sweeps === Number.POSITIVE_INFINITY) return "full";
  return `${sweeps < 10 ? sweeps.toFixed(1) : Math.round(sweeps).toLocaleString("en")} sweeps/s`;
}
