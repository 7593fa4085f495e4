import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

let version: string | undefined;

/** The release in package.json. */
export function packageVersion(): string {
  version ??= (
    JSON.parse(readFileSync(join(dirname(fileURLToPath(import.meta.url)), "../../package.json"), "utf8")) as {
      version: string;
    }
  ).version;
  return version;
}
