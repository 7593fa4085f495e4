import { useEffect, useRef, useState } from "preact/hooks";
import { Icon } from "../ui/icon.js";
import type { Lab } from "./lab.js";
import { writeRoute } from "./route.js";

/** The address of what is shown, a page for a frame of another site, and the picture as a file. */
export function Share({ lab }: { lab: Lab }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [isOpen, open] = useState(false);
  const [copied, copy] = useState("");
  useEffect(() => {
    if (isOpen) dialog.current?.showModal();
    else dialog.current?.close();
  }, [isOpen]);
  const route = { ...lab.route.value, setting: lab.shown.value?.session.address ?? "" };
  const addressOf = (view: typeof route.view) => new URL(writeRoute({ ...route, view }), location.href).href;
  const [address, embedded] = [addressOf("lab"), addressOf("embed")];
  const frame = `<iframe src="${embedded}" width="640" height="720" title="Engram: ${route.entry.title}"></iframe>`;
  const take = (name: string, text: string) => {
    // Only pages that came safely have a clipboard.
    const written = "clipboard" in navigator ? navigator.clipboard.writeText(text) : Promise.reject(new Error());
    written.then(
      () => copy(`${name} copied.`),
      () => copy("This browser does not let a page copy: select the text and copy it."),
    );
  };
  return (
    <>
      <button
        type="button"
        class="quiet"
        aria-label="Share"
        title="Share"
        onClick={() => {
          copy("");
          open(true);
        }}
      >
        <Icon name="share" />
      </button>
      <dialog ref={dialog} aria-labelledby="share-title" onClose={() => open(false)}>
        {isOpen && (
          <form method="dialog">
            <h2 id="share-title">Share this setting</h2>
            <label class="field">
              <span>Address, {address.length.toLocaleString("en")} characters</span>
              <input type="text" readOnly value={address} onFocus={({ currentTarget }) => currentTarget.select()} />
            </label>
            <label class="field">
              <span>A frame for another page, of a lab that its server lets others frame</span>
              <textarea readOnly rows={3} value={frame} onFocus={({ currentTarget }) => currentTarget.select()} />
            </label>
            <p class="note" role="status">
              {copied}
            </p>
            <p class="row">
              <button type="button" class="primary" onClick={() => take("Address", address)}>
                Copy address
              </button>
              <button type="button" onClick={() => take("Frame", frame)}>
                Copy frame
              </button>
              {document.querySelector(".picture-box canvas") !== null && (
                <button type="button" onClick={() => savePicture(route.entry.name)}>
                  Save picture
                </button>
              )}
              <button type="submit">Close</button>
            </p>
          </form>
        )}
      </dialog>
    </>
  );
}

/** Saves the canvases of the stage, side by side as they are shown, as one PNG. */
function savePicture(name: string): void {
  const box = document.querySelector(".picture-box");
  const canvases = [...(box?.querySelectorAll("canvas") ?? [])];
  if (box === null || canvases.length === 0) return;
  const places = canvases.map((canvas) => canvas.getBoundingClientRect());
  const left = Math.min(...places.map((place) => place.left));
  const top = Math.min(...places.map((place) => place.top));
  const scale = canvases[0].width / places[0].width;
  const picture = document.createElement("canvas");
  picture.width = Math.round(scale * (Math.max(...places.map((place) => place.right)) - left));
  picture.height = Math.round(scale * (Math.max(...places.map((place) => place.bottom)) - top));
  const context = picture.getContext("2d");
  if (context === null) return;
  context.fillStyle = getComputedStyle(document.body).backgroundColor;
  context.fillRect(0, 0, picture.width, picture.height);
  canvases.forEach((canvas, k) => {
    const { width, height } = places[k];
    const at = [places[k].left - left, places[k].top - top, width, height].map((x) => Math.round(scale * x));
    context.drawImage(canvas, at[0], at[1], at[2], at[3]);
  });
  const link = document.createElement("a");
  link.href = picture.toDataURL("image/png");
  link.download = `engram-${name}.png`;
  link.click();
}
