import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Slider } from "../ui/controls.js";
import { type Cut, type Decoded, decode, reduce } from "./images.js";
import type { Session } from "./session.js";
import { imageLimit, imageSides } from "./setting.js";

/** The decoded files, for as long as the page is open: the address holds only what was made of them. */
const pictures = signal<readonly Decoded[]>([]);
const cutting = signal<Cut>({ side: 32, threshold: 128, invert: false });
const refused = signal("");

async function add(session: Session, files: Iterable<File>): Promise<void> {
  const { decoded, refused: names } = await decode(files);
  const all = [...pictures.value, ...decoded];
  pictures.value = all.slice(0, imageLimit);
  const tooMany = all.length > imageLimit ? [`Only ${imageLimit} pictures fit here.`] : [];
  refused.value = [...names.map((name) => `${name} cannot be read as a picture.`), ...tooMany].join(" ");
  if (decoded.length > 0) session.show("images", reduce(pictures.value, cutting.value));
}

/** Takes files that are dropped anywhere on the page. */
export function useDrop(session: Session): void {
  useEffect(() => {
    const over = (event: DragEvent) => event.preventDefault();
    const drop = (event: DragEvent) => {
      event.preventDefault();
      const files = event.dataTransfer?.files ?? [];
      if (files.length > 0) void add(session, files);
    };
    addEventListener("dragover", over);
    addEventListener("drop", drop);
    return () => {
      removeEventListener("dragover", over);
      removeEventListener("drop", drop);
    };
  }, [session]);
}

export function ImagesPanel({ session }: { session: Session }) {
  const { side, threshold, invert } = cutting.value;
  const change = (part: Partial<Cut>) => {
    cutting.value = { ...cutting.value, ...part };
    if (pictures.value.length > 0) {
      const images = reduce(pictures.value, cutting.value);
      if (part.side === undefined) session.change({ images, painted: "" });
      else session.show("images", images);
    }
  };
  const clear = () => {
    pictures.value = [];
    session.show("images", { side, items: [] });
  };
  const { items } = session.setting.value.images;
  return (
    <div class="own">
      <label class="drop">
        <input
          type="file"
          accept="image/*"
          multiple
          class="unseen"
          onChange={({ currentTarget }) => {
            void add(session, [...(currentTarget.files ?? [])]);
            currentTarget.value = "";
          }}
        />
        <span>
          <b>Choose images</b> or drop them on the page
        </span>
      </label>
      {refused.value !== "" && (
        <p class="warning" role="alert">
          {refused.value}
        </p>
      )}
      {pictures.value.length > 0 && (
        <>
          <label class="field">
            <span>Size</span>
            <select value={side} onChange={({ currentTarget }) => change({ side: Number(currentTarget.value) })}>
              {imageSides.map((edge) => (
                <option key={edge} value={edge}>
                  {edge} × {edge}
                </option>
              ))}
            </select>
          </label>
          <Slider
            label="Threshold"
            shown={String(threshold)}
            value={threshold}
            min={1}
            max={255}
            onInput={(value) => change({ threshold: value })}
          />
          <label class="check">
            <input
              type="checkbox"
              checked={invert}
              onChange={({ currentTarget }) => change({ invert: currentTarget.checked })}
            />
            Bright pixels are on
          </label>
        </>
      )}
      {items.length > 0 && (
        <button type="button" class="link" onClick={clear}>
          Remove all
        </button>
      )}
    </div>
  );
}
