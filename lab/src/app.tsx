import { glyphGallery } from "./recall/gallery-of.js";
import { RecallPage } from "./recall/page.js";
import type { Session } from "./recall/session.js";
import { isDark, switchTheme } from "./theme.js";
import { Icon } from "./ui/icon.js";
import { Picture } from "./ui/picture.js";

/** The frame around the pages: name, navigation, theme. */
export function App({ session }: { session: Session }) {
  const { patterns, names } = glyphGallery;
  return (
    <>
      <header class="masthead">
        <a class="wordmark" href="#/recall" aria-label="Engram lab, start again">
          <Picture units={patterns.binary(names.indexOf("E"))} width={16} />
          <span>Engram</span>
        </a>
        <nav aria-label="Pages">
          <span aria-current="page">Recall</span>
        </nav>
        <p class="lede">
          Pictures are stored in the couplings between units. Start from a damaged one: unit after unit follows its
          field, the energy falls, and a memory comes back.
        </p>
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
      <RecallPage session={session} />
    </>
  );
}
