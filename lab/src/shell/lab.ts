import { batch, effect, signal } from "@preact/signals";
import type { LabPage, PageSession } from "../page.js";
import type { PageEntry } from "../pages.js";
import { type Route, readRoute, writeRoute } from "./route.js";

/** A page whose code is there, with its state. */
export interface OpenPage {
  readonly page: LabPage;
  readonly session: PageSession;
}

/** Addresses that undo goes back through. */
const MOST_UNDONE = 50;
/** Milliseconds in which changes of the setting are one change. */
const SETTLE = 150;

const isStill = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

/** The pages that were opened, the one that is shown, and how: what the shell draws is a function of these signals. */
export class Lab {
  readonly route = signal<Route>(readRoute(location.hash));
  /** The page that is shown; undefined while its code is loaded. */
  readonly shown = signal<OpenPage | undefined>(undefined);
  /** Why the code of the page could not be loaded. */
  readonly failure = signal<string | undefined>(undefined);
  readonly canUndo = signal(false);
  /** What went wrong with a file. */
  readonly refusal = signal<string | undefined>(undefined);
  readonly #open = new Map<PageEntry, OpenPage>();
  /** Of each page the settings before the present one. */
  readonly #past = new Map<PageEntry, string[]>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Whether the address stands as somebody else wrote it: to write it as the page does is no change of the setting. */
  #isGiven = true;
  /** The address as it was read or written last: where another one stands, somebody goes there, and we are about to be told. */
  #address = "";

  constructor() {
    addEventListener("hashchange", () => this.#visit(location.hash));
    // Pictures are for the page that shows them.
    addEventListener("dragover", (event) => event.preventDefault());
    addEventListener("drop", (event) => {
      event.preventDefault();
      const file = [...(event.dataTransfer?.files ?? [])].find(({ type }) => !type.startsWith("image/"));
      if (file !== undefined) void this.take(file);
    });
    this.#visit(location.hash);
    effect(() => this.#keepAddress());
    effect(() => {
      const { entry } = this.route.value;
      const headline = this.shown.value?.session.verdict.value.headline;
      document.title = headline === undefined ? `${entry.title} · Engram` : `${entry.title}: ${headline} · Engram`;
    });
  }

  #visit(hash: string): void {
    const route = readRoute(hash);
    this.#isGiven = true;
    this.#address = hash;
    for (const [entry, { session }] of this.#open) if (entry !== route.entry) session.rest();
    const known = this.#open.get(route.entry);
    batch(() => {
      this.route.value = route;
      this.failure.value = undefined;
      this.shown.value = known;
    });
    if (known === undefined) void this.#load(route.entry);
    else if (known.session.address !== route.setting) {
      known.session.visit(route.setting);
      if (!isStill()) known.page.begin?.(known.session);
    }
  }

  /** Loads the code of a page, and shows the page if it is still the one that is wanted. */
  async #load(entry: PageEntry): Promise<void> {
    let loaded: LabPage;
    try {
      loaded = (await entry.load()).page;
    } catch {
      if (this.route.value.entry === entry) {
        this.failure.value = `The page ${entry.title} could not be loaded. Is the server still there?`;
      }
      return;
    }
    if (this.#open.has(entry) || this.route.value.entry !== entry) return;
    const session = loaded.open(this.route.value.setting);
    const open = { page: loaded, session };
    this.#open.set(entry, open);
    this.shown.value = open;
    if (!isStill()) loaded.begin?.(session);
  }

  /** Loads the page that is shown once more. */
  retry(): void {
    this.#visit(location.hash);
  }

  /** Keeps the address telling the setting of the page that is shown. */
  #keepAddress(): void {
    const open = this.shown.value;
    if (open === undefined) return;
    const route = { ...this.route.value, setting: open.session.address };
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      if (location.hash !== this.#address) return;
      const address = writeRoute(route);
      if (address === location.hash) {
        this.#isGiven = false;
        return;
      }
      const past = this.#past.get(route.entry) ?? [];
      const before = readRoute(location.hash);
      if (!this.#isGiven && before.entry === route.entry && before.setting !== route.setting) {
        this.#past.set(route.entry, [...past, before.setting].slice(-MOST_UNDONE));
      }
      this.#isGiven = false;
      this.#write(address);
      this.#tellUndo();
    }, SETTLE);
    this.#tellUndo();
  }

  #write(address: string): void {
    history.replaceState(null, "", address);
    this.#address = location.hash;
  }

  #tellUndo(): void {
    this.canUndo.value = (this.#past.get(this.route.peek().entry)?.length ?? 0) > 0;
  }

  /** Takes back the last change of the setting. */
  undo(): void {
    const { route, shown } = this;
    const past = this.#past.get(route.value.entry);
    const setting = past?.pop();
    if (setting === undefined || shown.value === undefined) return;
    this.#isGiven = true;
    this.#write(writeRoute({ ...route.value, setting }));
    shown.value.session.visit(setting);
    this.#tellUndo();
  }

  /** Saves what the page holds. */
  async save(): Promise<void> {
    this.refusal.value = undefined;
    try {
      const file = await this.shown.value?.session.save?.();
      if (file === undefined) {
        this.refusal.value = "There is nothing to save yet";
        return;
      }
      const link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob([file.bytes as Uint8Array<ArrayBuffer>]));
      link.download = file.name;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
    } catch (error) {
      this.refusal.value = messageOf(error);
    }
  }

  /** Gives a file to the page. */
  async take(file: File): Promise<void> {
    this.refusal.value = undefined;
    const { session } = this.shown.value ?? {};
    try {
      if (session?.take === undefined) throw new Error(`This page takes no files such as ${file.name}`);
      await session.take({ name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) });
    } catch (error) {
      this.refusal.value = messageOf(error);
    }
  }

  /** Goes to a scene before or after, while presenting. */
  scene(by: number): void {
    const { view, setting } = this.route.value;
    const scenes = this.shown.value?.page.scenes ?? [];
    if (view !== "present" || scenes.length === 0) return;
    const at = scenes.findIndex(({ address }) => address === setting);
    const next = scenes[Math.max(0, Math.min(scenes.length - 1, at < 0 && by < 0 ? 0 : at + by))];
    location.hash = writeRoute({ ...this.route.value, setting: next.address });
  }

  /** Shows more or less of the page. */
  show(part: Partial<Pick<Route, "view" | "hidden">>): void {
    this.route.value = { ...this.route.value, ...part };
  }

  /** Where a page is found again as it was left. */
  addressOf(entry: PageEntry): string {
    const setting = this.#open.get(entry)?.session.address ?? "";
    return writeRoute({ ...this.route.value, entry, setting });
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
