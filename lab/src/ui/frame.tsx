import type { ComponentChildren } from "preact";
import { useContext } from "preact/hooks";
import type { PageSession } from "../page.js";
import { LabContext } from "../shell/context.js";
import { ExplainPanel } from "../shell/explain.js";
import { type Tab, tab } from "../shell/tab.js";
import { Choice } from "./controls.js";
import { VerdictLine } from "./verdict.js";

interface FrameProps {
  readonly session: PageSession;
  /** The class of the page. */
  readonly name: string;
  /** What the picture shows. */
  readonly title: string;
  /** The picture, in a box whose size it can take by container units. */
  readonly picture: ComponentChildren;
  readonly transport: ComponentChildren;
  readonly setup: ComponentChildren;
  readonly readings: ComponentChildren;
}

const tabs: readonly { value: Tab; label: string }[] = [
  { value: "setup", label: "Set-up" },
  { value: "readings", label: "Readings" },
  { value: "explain", label: "Explain" },
];

/**
 * The one grid of all pages: set-up, stage and readings beside each other where there is room; else the stage, and one of the
 * others at a time. The first button and the whole picture are in sight without scrolling.
 */
export function Frame({ session, name, title, picture, transport, setup, readings }: FrameProps) {
  const lab = useContext(LabContext);
  const { view, hidden } = lab.route.value;
  const isLab = view === "lab";
  const explanation = lab.shown.value?.page.explanation;
  const shows = (part: Tab) => isLab && !hidden.includes(part) && (part !== "explain" || explanation !== undefined);
  const open = tabs.filter(({ value }) => shows(value));
  const chosen = shows(tab.value) ? tab.value : open[0]?.value;
  return (
    <main class={`frame ${view} ${name}`} data-tab={chosen}>
      <section class="stage" aria-label={title}>
        <VerdictLine {...session.verdict.value} />
        <div class="picture-box">{picture}</div>
      </section>
      <div class="transport">{transport}</div>
      {open.length > 1 && (
        <div class="tabs">
          <Choice
            legend="Panel"
            value={chosen ?? "readings"}
            options={open}
            onChange={(value) => {
              tab.value = value;
            }}
          />
        </div>
      )}
      {shows("setup") && <div class="setup">{setup}</div>}
      {shows("readings") && <div class="readings">{readings}</div>}
      {shows("explain") && <ExplainPanel lab={lab} />}
    </main>
  );
}
