import "uplot/dist/uPlot.min.css";
import "./style/base.css";
import "./style/controls.css";
import "./style/recall.css";
import "./style/panels.css";
import "./style/train.css";
import "./style/equivalence.css";
import { render } from "preact";
import { App, titleOf } from "./app.js";
import { EquivalenceSession } from "./equivalence/session.js";
import { Session } from "./recall/session.js";
import { keepAddress, type PageName, page, pageIn, settingIn } from "./route.js";
import { TrainSession } from "./train/session.js";

/** How long the cue stands still before the first run, in milliseconds: to be seen. */
const FIRST_LOOK = 700;

const isStill = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

/** Starts the first run for the visitor, unless they were quicker or prefer reduced motion. */
function playOnce(session: Session): void {
  if (isStill()) return;
  const stop = session.frame.subscribe((frame) => {
    if (frame === undefined || !session.answered) return;
    queueMicrotask(() => stop());
    setTimeout(() => {
      const now = session.frame.value;
      if (now?.run === frame.run && now.visits === 0 && !session.running.value) session.toggle();
    }, FIRST_LOOK);
  });
}

/** The sessions of the pages, each made when its page is first shown. */
const sessions: { recall?: Session; train?: TrainSession; equivalence?: EquivalenceSession } = {};

function openRecall(setting: string): void {
  if (sessions.recall === undefined) {
    const session = new Session(setting);
    sessions.recall = session;
    keepAddress("recall", () => session.address);
  } else sessions.recall.visit(setting);
  playOnce(sessions.recall);
}

function openTrain(setting: string): void {
  if (sessions.train !== undefined) {
    sessions.train.visit(setting);
    return;
  }
  const session = new TrainSession(setting);
  sessions.train = session;
  keepAddress("train", () => session.address);
  if (isStill()) return;
  session.running.value = true;
  session.dreaming.value = true;
}

function openEquivalence(setting: string): void {
  if (sessions.equivalence !== undefined) {
    sessions.equivalence.visit(setting);
    return;
  }
  const session = new EquivalenceSession(setting);
  sessions.equivalence = session;
  keepAddress("equivalence", () => session.address);
  session.running.value = !isStill();
}

const openers = { recall: openRecall, train: openTrain, equivalence: openEquivalence };

function open(hash: string): void {
  const shown = pageIn(hash);
  if (shown !== "recall" && sessions.recall !== undefined) sessions.recall.running.value = false;
  if (shown !== "train") sessions.train?.rest();
  if (shown !== "equivalence") sessions.equivalence?.rest();
  openers[shown](settingIn(hash));
  page.value = shown;
  document.title = titleOf(shown);
}

/** Where a page is found again as it was left. */
function addressOf(name: PageName): string {
  const setting = sessions[name]?.address;
  return setting === undefined ? `#/${name}` : `#/${name}?${setting}`;
}

open(location.hash);
addEventListener("hashchange", () => open(location.hash));
render(<App sessions={sessions} addressOf={addressOf} />, document.getElementById("lab") as HTMLElement);
