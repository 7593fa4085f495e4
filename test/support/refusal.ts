import { expect } from "vitest";

/** What `toThrow` expects of a refused option: the error that names it. */
export function refusal(option: string): Error {
  return expect.objectContaining({ name: "OptionError", fault: "input", option }) as Error;
}
