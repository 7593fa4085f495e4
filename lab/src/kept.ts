/*
 * What the browser keeps of the lab between visits. Where it keeps nothing (storage is blocked, or the page is in a frame of
 * another site), everything works as on a first visit.
 */

/** The text that was kept under a name; undefined if there is none. */
export function keptText(name: string): string | undefined {
  try {
    return localStorage.getItem(name) ?? undefined;
  } catch {
    return undefined;
  }
}

/** Keeps a text under a name, or nothing any more. */
export function keepText(name: string, text: string | undefined): void {
  try {
    if (text === undefined) localStorage.removeItem(name);
    else localStorage.setItem(name, text);
  } catch {
    // The text holds until the page is closed.
  }
}

/** Pictures that are kept, at most: those that were used longest ago go first. */
const MOST_PICTURES = 200;
const DATABASE = "engram-lab";
const STORE = "pictures";

/** The pixels of a picture; `id` tells them from all others. */
export interface KeptPicture {
  readonly id: string;
  readonly pixels: Uint8Array;
}

/** The pictures with these ids that are kept here. */
export async function keptPictures(ids: readonly string[]): Promise<KeptPicture[]> {
  const found = await inStore("readonly", (store) => Promise.all(ids.map((id) => answerTo(store.get(id)))));
  return (found ?? []).filter((picture): picture is KeptPicture => picture !== undefined);
}

/** Keeps pictures; whether the browser allows it. */
export async function keepPictures(pictures: readonly KeptPicture[]): Promise<boolean> {
  const kept = await inStore("readwrite", async (store) => {
    for (const picture of pictures) store.put({ ...picture, used: Date.now() });
    const ids = await answerTo(store.index("used").getAllKeys());
    for (const id of ids.slice(0, Math.max(0, ids.length - MOST_PICTURES))) store.delete(id);
    return true;
  });
  return kept === true;
}

/** Keeps these pictures no longer. */
export async function forgetPictures(ids: readonly string[]): Promise<void> {
  await inStore("readwrite", async (store) => {
    for (const id of ids) store.delete(id);
  });
}

/** What comes of some work on the store, once it is done; undefined where the browser has no store for us. */
async function inStore<T>(
  mode: IDBTransactionMode,
  work: (store: IDBObjectStore) => Promise<T>,
): Promise<T | undefined> {
  try {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore(STORE, { keyPath: "id" }).createIndex("used", "used");
    };
    const database = await answerTo(request);
    try {
      const transaction = database.transaction(STORE, mode);
      const done = new Promise<void>((resolve, reject) => {
        transaction.oncomplete = () => resolve();
        transaction.onabort = () => reject(new Error(transaction.error?.message));
      });
      const [result] = await Promise.all([work(transaction.objectStore(STORE)), done]);
      return result;
    } finally {
      database.close();
    }
  } catch {
    return undefined;
  }
}

function answerTo<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(new Error(request.error?.message));
  });
}
