import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { ArgumentError } from "../errors.js";

/** Whether a name on a command line is the path of a module rather than a built-in name. */
export function isModulePath(name: string): boolean {
  return /[\\/]/.test(name) || /\.[cm]?[jt]s$/.test(name);
}

/** A user's own module: its URL, by which worker threads import it, and its default export. */
export interface UserModule {
  readonly url: string;
  readonly value: unknown;
}

/**
 * Imports a user's own module. TypeScript works if Node supports it, from version 22.18 on.
 *
 * @throws ArgumentError if there is no such file, it is TypeScript that this Node does not support, it fails to load, or has no
 *   default export
 */
export async function loadUserModule(path: string): Promise<UserModule> {
  const file = resolve(path);
  const found = await stat(file).catch(() => undefined);
  if (found === undefined)
    throw new ArgumentError(`${path} does not exist; give the path of a module, such as ./mine.mjs`);
  if (!found.isFile()) throw new ArgumentError(`${path} is not a file; give the path of a module, such as ./mine.mjs`);
  if (/\.[cm]?ts$/.test(file) && !readsTypeScript()) {
    throw new ArgumentError(
      `${path} is TypeScript, which Node supports from version 22.18 on; this is ${process.versions.node}: compile it to JavaScript`,
    );
  }
  const { href: url } = pathToFileURL(file);
  let module: { readonly default?: unknown };
  try {
    module = (await import(url)) as { readonly default?: unknown };
  } catch (error) {
    const reason = error instanceof Error ? error.message.split("\n")[0] : String(error);
    throw new ArgumentError(`${path} cannot be loaded as a module: ${reason}`);
  }
  if (module.default === undefined) {
    throw new ArgumentError(`${path} has no default export; export its value by "export default"`);
  }
  return { url, value: module.default };
}

function readsTypeScript(): boolean {
  const { typescript } = process.features as { readonly typescript?: unknown };
  return typescript !== undefined && typescript !== false;
}
