import { EquivalencePage } from "./equivalence/page.js";
import type { EquivalenceSession } from "./equivalence/session.js";
import { glyphGallery } from "./recall/gallery-of.js";
import { RecallPage } from "./recall/page.js";
import type { Session } from "./recall/session.js";
import { type PageName, page } from "./route.js";
import { isDark, switchTheme } from "./theme.js";
import { TrainPage } from "./train/page.js";
import type { TrainSession } from "./train/session.js";
import { Icon } from "./ui/icon.js";
import { AddressNote, Stopped } from "./ui/notices.js";
import { Picture } from "./ui/picture.js";

/** A page's name in the tab and the history of the browser. */
export function titleOf(name: PageName): string {
  return `${pages.find((page) => page.name === name)?.title} · Engram lab`;
}

const pages: readonly { name: PageName; title: string; lede: string }[] = [
  {
    name: "recall",
    title: "Recall",
    lede:
      "Pictures are stored in the couplings between units. Start from a damaged one: unit after unit follows its field, " +
      "the energy falls, and a memory comes back.",
  },
  {
    name: "train",
    title: "Train",
    lede:
      "A restricted Boltzmann machine learns from pictures: what is on in them gets more probable, what it dreams of by " +
      "itself less, until both look alike.",
  },
  {
    name: "equivalence",
    title: "Equivalence",
    lede:
      "A Hopfield net is a restricted Boltzmann machine with gaussian hidden units, exactly. Change a pattern: couplings and " +
      "weights change together, and both machines draw the same states.",
  },
];

interface AppProps {
  readonly sessions: {
    readonly recall?: Session;
    readonly train?: TrainSession;
    readonly equivalence?: EquivalenceSession;
  };
  /** Where a page is found as it was left. */
  readonly addressOf: (name: PageName) => string;
}

/** The frame around the pages: name, navigation, theme, and what is to be said about any of them. */
export function App({ sessions, addressOf }: AppProps) {
  const { patterns, names } = glyphGallery;
  const shown = page.value;
  const session = sessions[shown];
  return (
    <>
      <header class="masthead">
        <a class="wordmark" href="#/recall" aria-label="Engram lab, start again">
          <span aria-hidden="true">
            <Picture units={patterns.binary(names.indexOf("E"))} width={16} />
          </span>
          <span>Engram</span>
        </a>
        <nav aria-label="Pages">
          {pages.map(({ name, title }) => (
            <a key={name} href={addressOf(name)} aria-current={name === shown ? "page" : undefined}>
              {title}
            </a>
          ))}
        </nav>
        <p class="lede">{pages.find(({ name }) => name === shown)?.lede}</p>
        <button
          type="button"
          class="quiet"
          onClick={switchTheme}
          aria-label={isDark.value ? "Light colours" : "Dark colours"}
          title={isDark.value ? "Light colours" : "Dark colours"}
        >
          <Icon name={isDark.value ? "sun" : "moon"} />
        </button>
      </header>
      {session !== undefined && <AddressNote session={session} />}
      {session !== undefined && <Stopped session={session} />}
      {shown === "recall" && sessions.recall !== undefined && <RecallPage session={sessions.recall} />}
      {shown === "train" && sessions.train !== undefined && <TrainPage session={sessions.train} />}
      {shown === "equivalence" && sessions.equivalence !== undefined && (
        <EquivalencePage session={sessions.equivalence} />
      )}
    </>
  );
}
