import { switchTheme } from "../theme.js";
import { help } from "./help.js";
import type { Lab } from "./lab.js";
import { tab } from "./tab.js";

interface Shortcut {
  /** As they are shown. */
  readonly keys: readonly string[];
  readonly does: string;
  readonly on: (event: KeyboardEvent) => boolean;
  readonly run: (lab: Lab) => void;
}

const key = (name: string) => (event: KeyboardEvent) => event.key === name && !event.ctrlKey && !event.metaKey;

/** Keys that work on every page, where no field or board has the focus that takes them itself. */
export const shortcuts: readonly Shortcut[] = [
  { keys: ["Space"], does: "run or pause", on: key(" "), run: ({ shown }) => shown.value?.session.toggle() },
  { keys: ["."], does: "one step", on: key("."), run: ({ shown }) => shown.value?.session.step() },
  { keys: [","], does: "back to the start", on: key(","), run: ({ shown }) => shown.value?.session.reset() },
  {
    keys: ["Ctrl", "Z"],
    does: "take the last change back",
    on: ({ key: name, ctrlKey, metaKey }) => name === "z" && (ctrlKey || metaKey),
    run: (lab) => lab.undo(),
  },
  {
    keys: ["E"],
    does: "explain, or readings",
    on: key("e"),
    run: () => {
      tab.value = tab.value === "explain" ? "readings" : "explain";
    },
  },
  {
    keys: ["P"],
    does: "present: the stage alone, large",
    on: key("p"),
    run: (lab) => lab.show({ view: lab.route.value.view === "present" ? "lab" : "present" }),
  },
  { keys: ["→"], does: "next scene, while presenting", on: key("ArrowRight"), run: (lab) => lab.scene(1) },
  { keys: ["←"], does: "scene before, while presenting", on: key("ArrowLeft"), run: (lab) => lab.scene(-1) },
  { keys: ["T"], does: "light or dark", on: key("t"), run: switchTheme },
  {
    keys: ["?"],
    does: "this list",
    on: key("?"),
    run: () => {
      help.value = !help.value;
    },
  },
];

/** Elements that take keys themselves. */
const TAKES_KEYS = "input, select, textarea, [role=application], [contenteditable], dialog";
/** Elements that are pressed with the space bar. */
const PRESSED = "button, summary, a";

/** Listens to the keys of the lab. */
export function listen(lab: Lab): void {
  addEventListener("keydown", (event) => {
    const { target } = event;
    const isPlain = !event.ctrlKey && !event.metaKey;
    if (event.defaultPrevented || event.altKey || !(target instanceof Element)) return;
    if (isPlain && target.closest(TAKES_KEYS) !== null) return;
    if (event.key === " " && target.closest(PRESSED) !== null) return;
    const shortcut = shortcuts.find(({ on }) => on(event));
    if (shortcut === undefined) return;
    event.preventDefault();
    shortcut.run(lab);
  });
}
