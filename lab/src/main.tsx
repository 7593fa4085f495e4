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

/** Something moves before a visitor has to find out what to press, unless they were quicker or want no motion. */
function playOnce(session: Session): void {
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  const stop = session.frame.subscribe((frame) => {
    if (frame === undefined || !session.answered) return;
    queueMicrotask(() => stop());
    setTimeout(() => {
      const now = session.frame.value;
      if (now?.run === frame.run && now.visits === 0 && !session.running.value) session.toggle();
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
