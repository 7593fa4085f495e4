import { encodeUnits } from "../encoding.js";
import type { Named } from "../options.js";
import type { Packed } from "./protocol.js";
import { imageLimit, imageSides, type OwnImages, shortLabel } from "./setting.js";

/** What is asked of the worker that reads and writes files; it is made for one request. */
export type FileRequest =
  | {
      readonly kind: "save";
      readonly patterns: Packed;
      readonly labels: readonly string[];
      readonly side: number;
      readonly rule: Named;
    }
  | { readonly kind: "open"; readonly bytes: Uint8Array; readonly name: string };

export type FileReply =
  | { readonly kind: "saved"; readonly bytes: Uint8Array }
  | {
      readonly kind: "opened";
      readonly pictures: readonly Uint8Array[];
      readonly labels: readonly string[];
      readonly rule: Named;
    }
  | { readonly kind: "failed"; readonly error: string };

type Answer<Kind extends FileReply["kind"]> = Extract<FileReply, { kind: Kind }>;

/** A memory as the bytes of a file. @throws Error in the words of the worker */
export async function saved(request: Omit<Extract<FileRequest, { kind: "save" }>, "kind">): Promise<Uint8Array> {
  const { bytes } = (await ask({ kind: "save", ...request })) as Answer<"saved">;
  return bytes;
}

/** What the page shows of a memory's file. @throws Error in the words of the worker */
export async function opened(bytes: Uint8Array, name: string): Promise<Answer<"opened">> {
  return (await ask({ kind: "open", bytes, name })) as Answer<"opened">;
}

/** Asks a new worker, which ends when it has answered. */
function ask(request: FileRequest): Promise<FileReply> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL("./file-worker.js", import.meta.url), { type: "module" });
    worker.onmessage = ({ data }: MessageEvent<FileReply>) => {
      worker.terminate();
      if (data.kind === "failed") reject(new Error(data.error));
      else resolve(data);
    };
    worker.onerror = () => {
      worker.terminate();
      reject(new Error("Files cannot be read here: their worker does not start"));
    };
    worker.postMessage(request);
  });
}

/** Pictures of a file as own pictures. @throws Error where they are not such as the page shows */
export function ownImagesOf(
  { pictures, labels }: Pick<Answer<"opened">, "pictures" | "labels">,
  name: string,
  before: OwnImages,
): OwnImages {
  const side = Math.sqrt(pictures[0].length);
  if (!imageSides.includes(side)) {
    throw new Error(
      `${name} holds patterns of ${pictures[0].length} units; this page shows squares of ${imageSides.join(", ")} pixels along an edge`,
    );
  }
  if (pictures.length > imageLimit) {
    throw new Error(`${name} holds ${pictures.length} patterns; this page takes at most ${imageLimit} from a file`);
  }
  const items = pictures.map((units, row) => ({
    label: shortLabel(labels[row] ?? String(row + 1)),
    units: encodeUnits(units),
  }));
  return { ...before, side, items };
}
