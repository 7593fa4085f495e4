import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";

interface ButtonListProps {
  readonly class: string;
  /** Items with a button each. */
  readonly children: ComponentChildren;
}

/** A list of buttons with a single Tab stop; arrow keys, Home and End move among them. */
export function ButtonList({ class: name, children }: ButtonListProps) {
  const list = useRef<HTMLUListElement>(null);
  const current = useRef(0);
  const buttons = () => [...(list.current?.querySelectorAll("button") ?? [])];
  const offer = (row: number) => {
    const all = buttons();
    current.current = Math.max(0, Math.min(row, all.length - 1));
    all.forEach((button, k) => {
      const order = k === current.current ? 0 : -1;
      // To set it is a change of the element, also to what it was.
      if (button.tabIndex !== order) button.tabIndex = order;
    });
  };
  useEffect(() => offer(current.current));
  useEffect(() => {
    const element = list.current as HTMLUListElement;
    const focused = ({ target }: FocusEvent) => offer(buttons().indexOf(target as HTMLButtonElement));
    const moved = (event: KeyboardEvent) => {
      const all = buttons();
      const columns = all.filter(({ offsetTop }) => offsetTop === all[0].offsetTop).length;
      const from = current.current;
      const places: Record<string, number> = {
        ArrowLeft: from - 1,
        ArrowRight: from + 1,
        ArrowUp: from - columns,
        ArrowDown: from + columns,
        Home: 0,
        End: all.length - 1,
      };
      const to = all[places[event.key]];
      if (to === undefined) return;
      event.preventDefault();
      to.focus();
    };
    element.addEventListener("focusin", focused);
    element.addEventListener("keydown", moved);
    return () => {
      element.removeEventListener("focusin", focused);
      element.removeEventListener("keydown", moved);
    };
  }, []);
  return (
    <ul class={name} ref={list}>
      {children}
    </ul>
  );
}
