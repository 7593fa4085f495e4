import { Transport } from "../ui/transport.js";
import type { LandscapeSession } from "./session.js";
import { updatesPerSecond } from "./setting.js";

/** The buttons that move the ball, or the retrievals on the surface. */
export function LandscapeTransport({ session }: { session: LandscapeSession }) {
  const { speed, units, update } = session.setting.value;
  const { visits, flips } = session.standing.value;
  const isSurface = session.isSurface.value;
  const isOne = update === "one";
  const hasMoved = isSurface ? session.steps.value > 0 : visits > 0;
  const common = {
    running: session.running.value,
    start: session.isSettled ? "Again" : hasMoved ? "Continue" : "Run",
    onToggle: () => session.toggle(),
    speed: {
      value: speed,
      shown: inWords(speed, isSurface || !isOne),
      onInput: (value: number) => session.change({ speed: value }),
    },
  };
  const reset = { label: "Reset", icon: "reset", title: "Back to the start", onClick: () => session.reset() } as const;
  if (isSurface) {
    const step = {
      label: "Step",
      icon: "unit",
      title: "One step of each retrieval",
      onClick: () => session.step(),
    } as const;
    const hasStarts = session.surface.value.trajectories.length > 0;
    const counts = [["steps", String(Math.min(session.steps.value, session.longest))]] as const;
    return <Transport {...common} disabled={!hasStarts} steps={[step, reset]} counts={counts} />;
  }
  return (
    <Transport
      {...common}
      disabled={false}
      steps={[
        { label: "Unit", icon: "unit", title: "Update one unit", onClick: () => session.step(), disabled: !isOne },
        { label: "Sweep", icon: "sweep", title: "Update every unit", onClick: () => session.sweep() },
        reset,
      ]}
      counts={[
        ["updates", (isOne ? visits : visits / units).toLocaleString("en")],
        ["flips", flips.toLocaleString("en")],
      ]}
    />
  );
}

function inWords(speed: number, isSteps: boolean): string {
  const rate = updatesPerSecond(speed);
  return `${rate < 10 ? rate.toFixed(1) : Math.round(rate)} ${isSteps ? "steps" : "units"}/s`;
}
