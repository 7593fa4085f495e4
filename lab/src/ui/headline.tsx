interface HeadlineProps {
  readonly headline: string;
  readonly detail: string;
  readonly tone: string;
}

/** What a page has to say at the moment: its heading, of which a screen reader tells every change. */
export function Headline({ headline, detail, tone }: HeadlineProps) {
  return (
    <div class={`verdict ${tone}`}>
      <div role="status">
        <h1>{headline}</h1>
      </div>
      <p>{detail}</p>
    </div>
  );
}
