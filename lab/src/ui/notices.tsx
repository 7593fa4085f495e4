import type { ReadonlySignal, Signal } from "@preact/signals";

/** What became of a page's worker. */
interface Worked {
  readonly failure: ReadonlySignal<string | undefined>;
  restart(): void;
}

/** That a page has nothing that computes for it, and how to mend that. */
export function Stopped({ session }: { session: Worked }) {
  const { failure } = session;
  if (failure.value === undefined) return null;
  return (
    <div class="notice" role="alert">
      <p>The page’s computation has stopped: its worker {failure.value}. Your settings are kept.</p>
      <button type="button" onClick={() => session.restart()}>
        Start again
      </button>
    </div>
  );
}

/** Which entries of an address were not used, so that a damaged link is not taken for another one. */
export function AddressNote({ session }: { session: { readonly unused: Signal<readonly string[]> } }) {
  const { unused } = session;
  const { length } = unused.value;
  if (length === 0) return null;
  const [first, ...others] = unused.value;
  const more = others.length > 0 ? ` and ${others.length} more` : "";
  return (
    <div class="notice" role="status">
      <p>
        This page’s address is damaged or of another release: {first}
        {more} could not be used, so this may not be the setting that was shared.
      </p>
      <button
        type="button"
        onClick={() => {
          unused.value = [];
        }}
      >
        Close
      </button>
    </div>
  );
}

/** That an address names no page. */
export function UnknownPage({ name, shown }: { readonly name: string; readonly shown: string }) {
  return (
    <div class="notice" role="status">
      <p>
        The address asked for the page {name}, which there is not; {shown} is shown.
      </p>
    </div>
  );
}

/** That the code of a page could not be loaded, and how to mend that. */
export function Lost({ lab }: { lab: { readonly failure: ReadonlySignal<string | undefined>; retry(): void } }) {
  return (
    <div class="notice" role="alert">
      <p>{lab.failure.value}</p>
      <button type="button" onClick={() => lab.retry()}>
        Load it again
      </button>
    </div>
  );
}

/** What went wrong with a file. */
export function Refused({ refusal }: { refusal: Signal<string | undefined> }) {
  return (
    <div class="notice" role="alert">
      <p>{refusal.value}.</p>
      <button
        type="button"
        onClick={() => {
          refusal.value = undefined;
        }}
      >
        Close
      </button>
    </div>
  );
}
