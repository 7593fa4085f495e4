import type { ReadonlySignal, Signal } from "@preact/signals";
import type { VNode } from "preact";

/** Where a page stands, in words. */
export interface Verdict {
  readonly headline: string;
  /** A sentence or two. */
  readonly detail: string;
  /** `found`: what was looked for; `astray`: something else; `warned`: it works, but; `underway`: it is not over. */
  readonly tone: "found" | "astray" | "warned" | "underway";
}

/** A file by its name. */
export interface SavedFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** What the shell knows of the state of a page. */
export interface PageSession {
  readonly verdict: ReadonlySignal<Verdict>;
  /** Whether the page moves by itself. */
  readonly running: ReadonlySignal<boolean>;
  /** Entries of the address that could not be used. */
  readonly unused: Signal<readonly string[]>;
  /** What happened to the worker; undefined while it works. */
  readonly failure: ReadonlySignal<string | undefined>;
  /** The part of an address that brings the setting back; it reads signals. */
  readonly address: string;
  /** Takes over the setting of another address. */
  visit(address: string): void;
  /** Takes a new worker in place of one that failed. */
  restart(): void;
  /** Runs or pauses. */
  toggle(): void;
  /** The smallest step there is. */
  step(): void;
  /** Back to where the run began. */
  reset(): void;
  /** Nothing moves while another page is shown. */
  rest(): void;
  /** What the page holds, as a file that the command line reads; undefined where there is nothing to save. */
  save?(): Promise<SavedFile | undefined>;
  /**
   * Takes what a file of the command line holds.
   *
   * @throws Error that says what is wrong with it; the page then stays as it was
   */
  take?(file: SavedFile): Promise<void>;
}

/** A term of an equation: what a letter stands for, and the control or reading that shows it. */
export interface Term {
  /** The name of the letter in the equation: `<Letter of="beta">`. */
  readonly id: string;
  /** The letter as MathML. */
  readonly letter: () => VNode;
  readonly means: string;
  /** A CSS selector of the control or the reading. */
  readonly at: string;
}

/** What a page says of itself. */
export interface Explanation {
  /** MathML; letters with a meaning are marked by `<Letter of="id">`. */
  readonly equation: () => VNode;
  readonly terms: readonly Term[];
  /** What is seen, why it happens, and what to try. */
  readonly sentences: readonly [seen: string, why: string, attempt: string];
  /** Author, year, and where in it. */
  readonly source: string;
  /** Ids of experiments that check it. */
  readonly checks: readonly string[];
}

/** A setting worth showing. It is only an address. */
export interface Scene {
  readonly title: string;
  /** Three sentences at most. */
  readonly text: string;
  /** The setting, as in an address. */
  readonly address: string;
  /** What the headline says once the page has run. */
  readonly promise: RegExp;
}

/** A page of the lab, as its module exports it. */
export interface LabPage<Session extends PageSession = PageSession> {
  /** Makes the state of the page, for the setting of an address. */
  open(address: string): Session;
  /** Sets a setting going by itself that somebody comes for; not called where motion is unwanted. */
  begin?(session: Session): void;
  View(this: void, props: { readonly session: Session }): VNode;
  readonly explanation?: Explanation;
  readonly scenes?: readonly Scene[];
}
