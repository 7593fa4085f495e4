import "uplot/dist/uPlot.min.css";
import "./style/base.css";
import "./style/controls.css";
import "./style/recall.css";
import "./style/panels.css";
import { render } from "preact";
import { App } from "./app.js";
import { Session } from "./recall/session.js";

/** How long the cue stands still before the first run, in milliseconds: to be seen. */
const FIRST_LOOK = 700;

/** An address is `#/page?setting`. */
function settingIn(hash: string): string {
  return hash.split("?")[1] ?? "";
}

/** Something moves before a visitor has to find out what to press, unless they were quicker. */
function playOnce(session: Session): void {
  const first = session.setting.value;
  const stop = session.frame.subscribe((frame) => {
    if (frame === undefined) return;
    queueMicrotask(() => stop());
    setTimeout(() => {
      const untouched = session.setting.value === first && session.frame.value?.visits === 0;
      if (untouched && !session.running.value) session.toggle();
    }, FIRST_LOOK);
  });
}

const session = new Session(settingIn(location.hash));
session.keepAddress();
addEventListener("hashchange", () => {
  session.visit(settingIn(location.hash));
  playOnce(session);
});
render(<App session={session} />, document.getElementById("lab") as HTMLElement);
playOnce(session);
