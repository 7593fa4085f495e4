import { useRef } from "preact/hooks";
import { Icon } from "../ui/icon.js";
import type { Lab } from "./lab.js";

/** Opens and saves files, where the page has a use for them. */
export function FileButtons({ lab }: { lab: Lab }) {
  const input = useRef<HTMLInputElement>(null);
  const { session } = lab.shown.value ?? {};
  return (
    <>
      {session?.take !== undefined && (
        <>
          <button
            type="button"
            class="quiet"
            onClick={() => input.current?.click()}
            aria-label="Open"
            title="Open a file"
          >
            <Icon name="open" />
          </button>
          <input
            ref={input}
            type="file"
            accept=".safetensors"
            hidden
            aria-label="File to open"
            onChange={({ currentTarget }) => {
              const file = currentTarget.files?.[0];
              if (file !== undefined) void lab.take(file);
              currentTarget.value = "";
            }}
          />
        </>
      )}
      {session?.save !== undefined && (
        <button type="button" class="quiet" onClick={() => void lab.save()} aria-label="Save" title="Save as a file">
          <Icon name="save" />
        </button>
      )}
    </>
  );
}
