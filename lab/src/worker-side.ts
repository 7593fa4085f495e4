/** The first word of a worker: it runs, and holds a lock of this name until it ends, where the browser has locks. */
export interface Ready {
  readonly kind: "ready";
  readonly lock?: string;
}

/** Answers the requests of the page, in a worker. An error that nobody catches reaches the page as one of the worker. */
export function answerWith<Request>(handle: (request: Request) => void | Promise<void>): void {
  self.onmessage = ({ data }: MessageEvent<Request>) => void handle(data);
  self.addEventListener("unhandledrejection", ({ reason }) => reportError(reason));
  const post = (ready: Ready) => self.postMessage(ready);
  const lock = `engram ${crypto.getRandomValues(new Uint32Array(4)).join(" ")}`;
  const held = async () => {
    await navigator.locks.request(lock, () => {
      post({ kind: "ready", lock });
      return new Promise(() => {});
    });
  };
  held().catch(() => post({ kind: "ready" }));
}
