const shapes = {
  play: "M4 2.5v11l9-5.5z",
  pause: "M4 3h3v10H4zM9 3h3v10H9z",
  unit: "M3 3v10l6-5zM10.5 3h2v10h-2z",
  sweep: "M2 3v10l5-5zM7 3v10l5-5zM12.5 3h2v10h-2z",
  reset: "M8 2.5a5.5 5.5 0 1 1-5.3 4h2a3.6 3.6 0 1 0 3.3-2.1V7L4 3.6 8 .2z",
  dice: "M3 1.5h10A1.5 1.5 0 0 1 14.5 3v10a1.5 1.5 0 0 1-1.5 1.5H3A1.5 1.5 0 0 1 1.5 13V3A1.5 1.5 0 0 1 3 1.5zM5 4a1.2 1.2 0 1 0 .01 0zM11 4a1.2 1.2 0 1 0 .01 0zM8 6.8a1.2 1.2 0 1 0 .01 0zM5 9.7a1.2 1.2 0 1 0 .01 0zM11 9.7a1.2 1.2 0 1 0 .01 0z",
  sun: "M8 4.6a3.4 3.4 0 1 0 .01 0zM7.3 0h1.4v2.6H7.3zM7.3 13.4h1.4V16H7.3zM0 7.3h2.6v1.4H0zM13.4 7.3H16v1.4h-2.6zM1.9 2.9l1-1 1.8 1.8-1 1zM11.3 12.3l1-1 1.8 1.8-1 1zM13.1 1.9l1 1-1.8 1.8-1-1zM3.7 11.3l1 1-1.8 1.8-1-1z",
  moon: "M6.2 1.3a6.9 6.9 0 1 0 8.5 8.5A5.6 5.6 0 0 1 6.2 1.3z",
  open: "M1 3h5l1.5 2H13v2H4.2L2.6 13H14l2-5v-.5h-1.4V3.5H8.3L6.8 1.6H1zM1 13V3h1.4v5.5z",
  save: "M7.1 1h1.8v7l1.8-1.8L12 7.5 8 11.4 4 7.5l1.3-1.3L7.1 8zM2 12h1.8v1.4h8.4V12H14v3.2H2z",
  undo: "M6 2 1.5 6.5 6 11V8h3.2a2.6 2.6 0 0 1 0 5.2H5V15h4.2a4.4 4.4 0 0 0 0-8.8H6z",
  present: "M1 2h14v1.6H1zM2 4.6h12v7H8.8V13l2.6 1.8-.9 1.2L8 14.3l-2.5 1.7-.9-1.2L7.2 13v-1.4H2zM6.5 6v4.2L10.3 8z",
  share: "M8 .8 4.2 4.6l1.2 1.2 1.7-1.7V10h1.8V4.1l1.7 1.7 1.2-1.2zM2.5 7.5h1.8v5.9h7.4V7.5h1.8v7.7h-11z",
  help: "M8 .8a7.2 7.2 0 1 0 .01 0zm0 1.6a5.6 5.6 0 1 1-.01 0zM7.2 10.8h1.7v1.7H7.2zM8 3.6c1.7 0 2.9 1 2.9 2.4 0 1-.5 1.6-1.3 2.1-.6.4-.8.6-.8 1.2v.3H7.2v-.5c0-1 .5-1.6 1.3-2.1.6-.4.8-.6.8-1.1 0-.5-.5-.9-1.3-.9s-1.3.4-1.4 1.2H5c.1-1.6 1.3-2.6 3-2.6z",
} as const;

export type IconName = keyof typeof shapes;

/** A small picture beside a word, or alone in a button that has a label. */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 16 16" aria-hidden="true">
      <path d={shapes[name]} fill="currentColor" fill-rule="evenodd" />
    </svg>
  );
}
