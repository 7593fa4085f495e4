import type { Verdict } from "../page.js";

/** What a page has to say at the moment: its heading, of which a screen reader tells every change. */
export function VerdictLine({ headline, detail, tone }: Verdict) {
  return (
    <div class={`verdict ${tone}`}>
      <div role="status">
        <h1>{headline}</h1>
      </div>
      <p>{detail}</p>
    </div>
  );
}
