import type { LabPage } from "../page.js";
import { Frame } from "../ui/frame.js";
import { Transport } from "../ui/transport.js";
import "../style/boltzmann.css";
import { Tiles } from "../ui/tiles.js";
import { Curve } from "./curve.js";
import { DreamPanel } from "./dream-panel.js";
import { explanation } from "./explain.js";
import { MachinePanel } from "./machine-panel.js";
import { Samples } from "./samples.js";
import { scenes } from "./scenes.js";
import { BoltzmannSession } from "./session.js";
import { updatesPerSecond } from "./setting.js";

/** The Boltzmann page: a machine that learns pictures, its reconstructions and fantasies, and a board to sample on. */
function BoltzmannPage({ session }: { session: BoltzmannSession }) {
  return (
    <Frame
      session={session}
      name="boltzmann"
      title="Filters"
      picture={<Filters session={session} />}
      transport={<BoltzmannTransport session={session} />}
      setup={<MachinePanel session={session} />}
      readings={
        <>
          <Samples session={session} />
          <DreamPanel session={session} />
          <Curve
            id="reconstruction-title"
            title="Reconstruction error"
            unit="nats"
            meaning="a picture"
            points={() => session.curves.value.reconstruction}
          />
          <Curve
            id="pseudo-title"
            title="Pseudo-likelihood"
            unit="nats"
            meaning="a held-out picture"
            points={() => session.curves.value.pseudoLikelihood}
          />
          <Curve
            id="gap-title"
            title="Free-energy gap"
            unit="nats"
            meaning="grows with overfitting"
            points={() => session.curves.value.gap}
            fromZero
          />
        </>
      }
    />
  );
}

/** The weights of every hidden unit. */
function Filters({ session }: { session: BoltzmannSession }) {
  const { frame, side, setting } = session;
  const { hidden } = setting.value;
  const filters = frame.value?.filters;
  return (
    <Tiles
      pixels={filters?.length === hidden * side.value ** 2 ? filters : undefined}
      side={side.value}
      count={hidden}
      columns={Math.ceil(Math.sqrt(hidden))}
      scale="sign"
      label={`The weights of ${hidden} hidden units, a tile each`}
    />
  );
}

function BoltzmannTransport({ session }: { session: BoltzmannSession }) {
  const { running, frame, setting, error } = session;
  const { speed } = setting.value;
  const { epoch = 0, updates = 0 } = frame.value ?? {};
  const idle = frame.value === undefined || error.value !== undefined;
  return (
    <Transport
      running={running.value}
      start={updates > 0 ? "Continue" : "Train"}
      onToggle={() => session.toggle()}
      disabled={idle && !running.value}
      steps={[
        {
          label: "Update",
          icon: "unit",
          title: "One update, from one batch",
          onClick: () => session.step(),
          disabled: idle,
        },
        {
          label: "Reset",
          icon: "reset",
          title: "Forget everything",
          onClick: () => session.reset(),
          disabled: frame.value === undefined,
        },
      ]}
      speed={{ value: speed, shown: inWords(speed), onInput: (value) => session.change({ speed: value }) }}
      counts={[
        ["epochs", epoch.toLocaleString("en")],
        ["updates", updates.toLocaleString("en")],
      ]}
    />
  );
}

function inWords(speed: number): string {
  const updates = updatesPerSecond(speed);
  if (updates === Number.POSITIVE_INFINITY) return "full";
  return `≤ ${updates < 10 ? updates.toFixed(1) : Math.round(updates)} updates/s`;
}

export const page: LabPage<BoltzmannSession> = {
  open: (address) => new BoltzmannSession(address),
  begin(session) {
    session.running.value = true;
    session.dreaming.value = true;
  },
  View: BoltzmannPage,
  explanation,
  scenes,
};
