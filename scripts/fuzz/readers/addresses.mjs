import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The addresses of the lab's pages, which hold their settings. */
export async function addressReaders() {
  const { build } = await import("vite");
  const pages = ["recall", "capacity", "boltzmann", "mapping"];
  const root = fileURLToPath(new URL("../../../lab", import.meta.url));
  const outDir = fileURLToPath(new URL("../../../node_modules/.cache/engram-addresses", import.meta.url));
  const entry = Object.fromEntries(pages.map((page) => [page, join(root, "src", page, "address.ts")]));
  const options = { ssr: true, outDir, emptyOutDir: true, rollupOptions: { input: entry } };
  await build({ root, configFile: false, logLevel: "error", build: options });
  const { glyphNames } = await import("engram/data");
  return Promise.all(
    pages.map(async (page) => {
      const { readSetting, writeSetting } = await import(join(outDir, `${page}.js`));
      const first = () => readSetting("", glyphNames);
      const texts = [
        writeSetting(first(), glyphNames),
        `seed=7&speed=40&rule=storkey&flip=25&dynamics=glauber&dynamics.beta=2&${writeSetting(first(), glyphNames)}`,
        "source=images&side=16&image=AAAA:ring&image=____:cross&store=0-1&from=1&paint=AAAA",
      ];
      return {
        name: `address ${page}`,
        share: 1,
        sounds: async () => texts.map((text) => Uint8Array.from(Buffer.from(text))),
        async read(bytes) {
          const setting = readSetting(Buffer.from(bytes).toString("latin1"), glyphNames);
          const value = writeSetting(setting, glyphNames);
          // Whatever makes no sense is as on a first visit: the address of what was read is read as the same.
          return { value, faithful: value === writeSetting(readSetting(value, glyphNames), glyphNames) };
        },
      };
    }),
  );
}
