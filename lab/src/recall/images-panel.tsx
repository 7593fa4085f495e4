import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Slider } from "../ui/controls.js";
import { decode } from "./images.js";
import { areKept, findPixels, isSearched, pixelsOf, recut, withMore, withoutAny } from "./own-images.js";
import type { RecallSession } from "./session.js";
import { type Cut, imageLimit, imageSides } from "./setting.js";

const refused = signal("");

async function add(session: RecallSession, files: Iterable<File>): Promise<void> {
  const { decoded, refused: names } = await decode(files);
  await findPixels(session.setting.value.images);
  const { images, added, isFull } = withMore(session.setting.value.images, decoded);
  const tooMany = isFull ? [`Only ${imageLimit} pictures fit here.`] : [];
  refused.value = [...names.map((name) => `${name} cannot be read as a picture.`), ...tooMany].join(" ");
  if (decoded.length > 0) session.extend(images, added);
}

/** Takes files that are dropped anywhere on the page. */
export function useDrop(session: RecallSession): void {
  useEffect(() => {
    const over = (event: DragEvent) => event.preventDefault();
    const drop = (event: DragEvent) => {
      event.preventDefault();
      const files = event.dataTransfer?.files ?? [];
      // What is no picture is a file for the shell.
      const pictures = [...files].filter(({ type }) => type.startsWith("image/"));
      if (pictures.length > 0) void add(session, pictures);
    };
    addEventListener("dragover", over);
    addEventListener("drop", drop);
    return () => {
      removeEventListener("dragover", over);
      removeEventListener("drop", drop);
    };
  }, [session]);
}

export function ImagesPanel({ session }: { session: RecallSession }) {
  const { images } = session.setting.value;
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
      {images.items.length > 0 && (
        <>
          <CutControls session={session} />
          <button type="button" class="link" onClick={() => session.show("images", withoutAny(images))}>
            Remove all
          </button>
        </>
      )}
    </div>
  );
}

/** How the pictures are cut, as far as they can still be cut in another way. */
function CutControls({ session }: { session: RecallSession }) {
  const { images } = session.setting.value;
  const { side, threshold, invert, items } = images;
  useEffect(() => void findPixels(images), [images]);
  const changeable = items.filter((item) => pixelsOf(item, images) !== undefined).length;
  const change = (part: Partial<Cut>) => session.change({ images: recut(images, part), painted: "" });
  return (
    <>
      <label class="field">
        <span>Size</span>
        <select
          value={side}
          disabled={changeable < items.length}
          onChange={({ currentTarget }) => change({ side: Number(currentTarget.value) })}
        >
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
        disabled={changeable === 0}
        onInput={(value) => change({ threshold: value })}
      />
      <label class="check">
        <input
          type="checkbox"
          checked={invert}
          disabled={changeable === 0}
          onChange={({ currentTarget }) => change({ invert: currentTarget.checked })}
        />
        Bright pixels are on
      </label>
      {changeable < items.length && isSearched(images) && (
        <p class="note">
          {changeable === 0 ? "These pictures" : "Some of these pictures"} came with the address, already black and
          white. To change their size, choose their files again.
        </p>
      )}
      {!areKept.value && changeable > 0 && (
        <p class="note">
          This browser keeps no pictures: after a reload, their size and threshold can no longer be changed.
        </p>
      )}
    </>
  );
}
