import { Curve } from "./curve.js";
import { DreamPanel } from "./dream-panel.js";
import { MachinePanel } from "./machine-panel.js";
import { Samples } from "./samples.js";
import type { TrainSession } from "./session.js";
import { Stage } from "./stage.js";

/** The Train page: a machine that learns pictures, its reconstructions and fantasies, and a board to sample on. */
export function TrainPage({ session }: { session: TrainSession }) {
  const { reconstruction, pseudoLikelihood, gap } = session.curves.value;
  return (
    <main class="train">
      <Stage session={session} />
      <Samples session={session} />
      <DreamPanel session={session} />
      <div class="curves">
        <Curve
          id="reconstruction-title"
          title="Reconstruction error"
          unit="nats"
          meaning="a picture"
          points={reconstruction}
        />
        <Curve
          id="pseudo-title"
          title="Pseudo-likelihood"
          unit="nats"
          meaning="a held-out picture"
          points={pseudoLikelihood}
        />
        <Curve
          id="gap-title"
          title="Free-energy gap"
          unit="nats"
          meaning="grows with overfitting"
          points={gap}
          fromZero
        />
      </div>
      <MachinePanel session={session} />
    </main>
  );
}
