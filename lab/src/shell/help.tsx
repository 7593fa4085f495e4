import { signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { shortcuts } from "./shortcuts.js";

/** Whether the list of keys is open. */
export const help = signal(false);

/** What keys do. */
export function Help() {
  const dialog = useRef<HTMLDialogElement>(null);
  const open = help.value;
  useEffect(() => {
    if (open) dialog.current?.showModal();
    else dialog.current?.close();
  }, [open]);
  return (
    <dialog
      ref={dialog}
      aria-labelledby="keys-title"
      onClose={() => {
        help.value = false;
      }}
    >
      <form method="dialog">
        <h2 id="keys-title">Keys</h2>
        <dl class="keys">
          {shortcuts.map(({ keys, does }) => (
            <div key={does}>
              <dt>
                {keys.map((key) => (
                  <kbd key={key}>{key}</kbd>
                ))}
              </dt>
              <dd>{does}</dd>
            </div>
          ))}
        </dl>
        <button type="submit">Close</button>
      </form>
    </dialog>
  );
}
