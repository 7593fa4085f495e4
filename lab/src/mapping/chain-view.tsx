import { useSignalEffect } from "@preact/signals";
import { palette } from "../theme.js";
import { Tiles } from "../ui/tiles.js";
import { UnitDrawing } from "../ui/unit-drawing.js";
import { useDrawing } from "../ui/use-drawing.js";
import type { MappingSession } from "./session.js";
import { sweepsPerSecond } from "./setting.js";
import { meanInWords } from "./verdict.js";

/** Sweeps a second below which single flips can be followed, and are marked. */
const FOLLOWED = 12;

interface ChainViewProps {
  readonly session: MappingSession;
  readonly which: "glauber" | "gibbs";
  readonly title: string;
  readonly explanation: string;
}

/** One chain: its state, the mean of its states, and its averages. */
export function ChainView({ session, which, title, explanation }: ChainViewProps) {
  const frame = session.frame.value;
  const { side } = session.shown.value ?? session.setting.value;
  const chain = frame?.[which];
  const means =
    chain === undefined ? undefined : Uint8Array.from(chain.magnetisation, (m) => 128 + Math.round(127 * m));
  const times = chain?.overlap.estimate?.autocorrelationTime;
  return (
    <section class={`chain ${which}`} aria-label={title}>
      <h3>
        <span class="key" aria-hidden="true" /> {title}
      </h3>
      <p class="note">{explanation}</p>
      <State session={session} which={which} title={title} />
      <div class="averages">
        <div>
          <Tiles
            pixels={means}
            side={side}
            count={1}
            columns={1}
            scale="sign"
            label={`${title}: mean of every pixel`}
          />
          <p class="note">mean</p>
        </div>
        <dl>
          <dt>overlap</dt>
          <dd>{chain === undefined ? "" : meanInWords(chain.overlap, 3)}</dd>
          <dt>energy</dt>
          <dd>{chain === undefined ? "" : meanInWords(chain.energy, 2)}</dd>
          <dt title="Twice the integrated autocorrelation time of the overlap">2τ</dt>
          <dd>{times === undefined ? "–" : `${Math.round(2 * times).toLocaleString("en")} sweeps`}</dd>
        </dl>
      </div>
    </section>
  );
}

function State({ session, which, title }: Pick<ChainViewProps, "session" | "which" | "title">) {
  const [drawing, canvas] = useDrawing(() => new UnitDrawing());
  useSignalEffect(() => {
    const frame = session.frame.value;
    const { side, speed } = session.setting.value;
    const state = frame?.[which].state ?? new Uint8Array(side * side);
    const isFollowed = frame !== undefined && frame.sweeps > 0 && sweepsPerSecond(speed) < FOLLOWED;
    drawing.show(state, Math.round(Math.sqrt(state.length)), isFollowed, palette.value);
  });
  return (
    <canvas class="state" ref={canvas} style={{ aspectRatio: "1" }} role="img" aria-label={`${title}: the state`} />
  );
}
