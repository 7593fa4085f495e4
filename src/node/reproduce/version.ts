import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The release in package.json. */
export const packageVersion: string = JSON.parse(
  readFileSync(join(import.meta.dirname, "../../../package.json"), "utf8"),
).version;
