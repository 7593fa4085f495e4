import { Charts } from "./charts.js";
import { ModelPanel } from "./model-panel.js";
import { PatternsPanel } from "./patterns-panel.js";
import { RunPanel } from "./run-panel.js";
import type { EquivalenceSession } from "./session.js";

/** The Equivalence page: a Hopfield net and the RBM that is the same model, seen, certified and run. */
export function EquivalencePage({ session }: { session: EquivalenceSession }) {
  return (
    <main class="equivalence">
      <PatternsPanel session={session} />
      <ModelPanel session={session} />
      <RunPanel session={session} />
      <Charts session={session} />
    </main>
  );
}
