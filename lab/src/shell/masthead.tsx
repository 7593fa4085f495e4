import { Fragment } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { groups, pages } from "../pages.js";
import { glyphGallery } from "../recall/gallery-of.js";
import { isDark, switchTheme } from "../theme.js";
import { Icon } from "../ui/icon.js";
import { Picture } from "../ui/picture.js";
import { FileButtons } from "./file-buttons.js";
import { help } from "./help.js";
import type { Lab } from "./lab.js";
import { Share } from "./share.js";

/** The name of the lab, its pages, and what can be done with any of them. */
export function Masthead({ lab }: { lab: Lab }) {
  const { patterns, names } = glyphGallery;
  const menu = useRef<HTMLDetailsElement>(null);
  const { entry, view } = lab.route.value;
  const hasPage = lab.shown.value !== undefined;
  useEffect(() => {
    // The sheet of pages goes when a page was chosen.
    if (menu.current !== null) menu.current.open = false;
  }, [entry]);
  const list = groups.map((group) => (
    <Fragment key={group}>
      <span class="group" aria-hidden="true">
        {group}
      </span>
      {pages
        .filter((page) => page.group === group)
        .map((page) => (
          <a key={page.name} href={lab.addressOf(page)} aria-current={page === entry ? "page" : undefined}>
            {page.title}
          </a>
        ))}
    </Fragment>
  ));
  return (
    <header class="masthead">
      <a class="wordmark" href="#/recall" aria-label="Engram lab, start again">
        <span aria-hidden="true">
          <Picture units={patterns.binary(names.indexOf("E"))} width={16} />
        </span>
        <span>Engram</span>
      </a>
      <nav aria-label="Pages" class="wide">
        {list}
      </nav>
      <details class="narrow" ref={menu}>
        <summary>{entry.title}</summary>
        <nav aria-label="Pages">{list}</nav>
      </details>
      <div class="actions">
        {hasPage && (
          <>
            <button
              type="button"
              class="quiet"
              disabled={!lab.canUndo.value}
              onClick={() => lab.undo()}
              {...tip("Undo (Ctrl Z)")}
            >
              <Icon name="undo" />
            </button>
            <button
              type="button"
              class="quiet"
              aria-pressed={view === "present"}
              onClick={() => lab.show({ view: view === "present" ? "lab" : "present" })}
              {...tip("Present (P)")}
            >
              <Icon name="present" />
            </button>
            <FileButtons lab={lab} />
            <Share lab={lab} />
          </>
        )}
        <button
          type="button"
          class="quiet"
          onClick={() => {
            help.value = true;
          }}
          {...tip("Keys (?)")}
        >
          <Icon name="help" />
        </button>
        <button
          type="button"
          class="quiet"
          onClick={switchTheme}
          {...tip(isDark.value ? "Light colours" : "Dark colours")}
        >
          <Icon name={isDark.value ? "sun" : "moon"} />
        </button>
      </div>
    </header>
  );
}

function tip(text: string) {
  return { "aria-label": text.replace(/ \(.*\)$/, ""), title: text };
}
