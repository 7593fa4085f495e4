import { Choice } from "../ui/controls.js";
import { Mark } from "./marks.js";
import type { Kind } from "./net.js";
import { NetBoard } from "./net-board.js";
import type { LandscapeSession } from "./session.js";
import type { View } from "./setting.js";
import { SurfaceBoard } from "./surface-board.js";
import { endKinds } from "./surface-drawing.js";

const choices: readonly { value: View; label: string; title: string }[] = [
  { value: "cube", label: "Cube", title: "States that differ in one unit are joined" },
  { value: "ladder", label: "Energy", title: "States by their energy, each beside its valley" },
  { value: "both", label: "Both", title: "Cube and energies" },
  { value: "surface", label: "Surface", title: "A modern memory over the plane" },
];

const netMarks: readonly (readonly [Kind | "lost", string])[] = [
  ["stored", "stored"],
  ["reversed", "negative"],
  ["mixture", "mixture"],
  ["spurious", "spurious"],
  ["other", "valley"],
  ["cycle", "cycle"],
  ["lost", "wanted, not stable"],
];

const surfaceMarks: readonly (readonly [Kind, string])[] = [
  ["stored", "one pattern"],
  ["mixture", "mean of some"],
  ["spurious", "average of most"],
];

/** The choice of what is shown, the picture, and what its marks mean. */
export function Stage({ session }: { session: LandscapeSession }) {
  const { view } = session.setting.value;
  const isSurface = view === "surface";
  const { valleys, lost } = session.analysis.value;
  const isThere = (kind: Kind | "lost") =>
    kind === "lost" ? lost.length > 0 : valleys.some((one) => one.kind === kind);
  const isEnd = (kind: Kind) => session.surface.value.ends.some((end) => endKinds[end.kind] === kind);
  const marks = isSurface ? surfaceMarks.filter(([kind]) => isEnd(kind)) : netMarks.filter(([kind]) => isThere(kind));
  return (
    <div class="scenery">
      <Choice
        legend="Picture"
        value={view}
        options={choices}
        onChange={(value) => {
          session.rest();
          session.change({ view: value });
        }}
      />
      <div class="canvas">
        {isSurface ? <SurfaceBoard key="surface" session={session} /> : <NetBoard key="net" session={session} />}
      </div>
      <ul class="marks" aria-label="Marks">
        {marks.map(([kind, name]) => (
          <li key={kind}>
            <Mark kind={kind} /> {name}
          </li>
        ))}
      </ul>
    </div>
  );
}
