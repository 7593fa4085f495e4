import { useSignalEffect } from "@preact/signals";
import type { TargetedKeyboardEvent, TargetedMouseEvent } from "preact";
import { useState } from "preact/hooks";
import { colours } from "./colours.js";
import { NetDrawing } from "./net-drawing.js";
import type { LandscapeSession } from "./session.js";
import { useSketch } from "./sketch.js";
import { kindWords } from "./verdict.js";
import { shown, signsOf } from "./words.js";

/** All states of the net, with the ball: a click puts it somewhere; digits flip units, and arrows go through the states. */
export function NetBoard({ session }: { session: LandscapeSession }) {
  const [drawing, canvas] = useSketch(() => new NetDrawing());
  const [told, tell] = useState("");
  useSignalEffect(() => {
    const { view } = session.setting.value;
    if (view === "surface") return;
    drawing.show({
      analysis: session.analysis.value,
      view,
      colours: colours.value,
      path: session.standing.value.path,
      lit: session.lit.value,
    });
  });
  const pointed = ({ offsetX, offsetY }: { offsetX: number; offsetY: number }) => drawing.at(offsetX, offsetY);
  const say = (word: number) => tell(describe(session, word));
  const put = (word: number) => {
    session.put(word);
    say(word);
  };
  const onKeyDown = (event: TargetedKeyboardEvent<HTMLCanvasElement>) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const to = keyed(session, event.key);
    if (to === undefined) return;
    event.preventDefault();
    if (to !== "step") {
      put(to);
      return;
    }
    session.step();
    say(session.standing.value.word);
  };
  const { units } = session.setting.value;
  return (
    <>
      {/* biome-ignore lint/a11y/noInteractiveElementToNoninteractiveRole: a canvas is none, and a board takes keys itself. */}
      <canvas
        class="board net"
        ref={canvas}
        tabIndex={0}
        role="application"
        aria-label={`The ${2 ** units} states of the net, and a ball on one of them. Click a state to put the ball there; with the keyboard, digits flip units, left and right go through all states, up and down through the valleys, and space updates.`}
        onClick={(event: TargetedMouseEvent<HTMLCanvasElement>) => {
          const word = pointed(event);
          if (word !== undefined) put(word);
        }}
        onPointerMove={(event) => {
          const word = event.pointerType === "mouse" ? pointed(event) : undefined;
          drawing.hover(word);
          event.currentTarget.title = word === undefined ? "" : describe(session, word);
        }}
        onPointerLeave={() => drawing.hover(undefined)}
        onKeyDown={onKeyDown}
      />
      <span class="unseen" role="status">
        {told}
      </span>
    </>
  );
}

/** Where a key puts the ball, or that it makes an update. */
function keyed({ standing, analysis, setting }: LandscapeSession, key: string): number | "step" | undefined {
  const { units } = setting.value;
  const { word } = standing.value;
  const count = 2 ** units;
  if (key === " " || key === ".") return "step";
  if (/^\d$/.test(key)) {
    const unit = (Number(key) + 9) % 10;
    return unit < units ? word ^ (1 << unit) : undefined;
  }
  if (key === "ArrowRight" || key === "ArrowLeft") return (word + (key === "ArrowRight" ? 1 : count - 1)) % count;
  if (key !== "ArrowDown" && key !== "ArrowUp") return undefined;
  const ends = analysis.value.valleys.map(({ words }) => words[0]);
  const next = key === "ArrowDown" ? ends.find((end) => end > word) : ends.findLast((end) => end < word);
  return next ?? ends[key === "ArrowDown" ? 0 : ends.length - 1];
}

/** A state in words. */
function describe({ analysis }: LandscapeSession, word: number): string {
  const { units, states, valleys, valleyOf, lost } = analysis.value;
  const k = valleyOf[word];
  const kind = lost.includes(word) ? ", wanted but not stable" : k >= 0 ? `, ${kindWords[valleys[k].kind]}` : "";
  return `${signsOf(word, units)}, energy ${shown(states[word].energy)}${kind}`;
}
