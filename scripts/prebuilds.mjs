/**
 * Compiles the addon with native kernels for other machines, to prebuilds/, which the package contains: npm run prebuilds. It
 * takes Clang and LLD (apt-get install clang lld llvm), and no headers or libraries of those systems. One addon serves glibc
 * and musl alike.
 */
import { spawnSync } from "node:child_process";
import { statSync } from "node:fs";
import { join } from "node:path";
import { compileAddon } from "./build-native.mjs";
import { ensureInstalled } from "./install.mjs";
import { Failure, main, root } from "./tools.mjs";

const targets = [
  ["linux", "x64", "x86_64-linux-gnu"],
  ["linux", "arm64", "aarch64-linux-gnu"],
  ["darwin", "x64", "x86_64-apple-macos11"],
  ["darwin", "arm64", "arm64-apple-macos11"],
  ["win32", "x64", "x86_64-pc-windows-msvc"],
];

await main(async () => {
  ensureInstalled();
  for (const command of ["clang", "ld.lld"]) {
    if (spawnSync(command, ["--version"]).error !== undefined) {
      throw new Failure(`${command} is missing; install Clang and LLD (apt-get install clang lld llvm)`);
    }
  }
  for (const [platform, arch, triple] of targets) {
    const name = `${platform}-${arch}.node`;
    const out = join(root, "prebuilds", name);
    const reason = await compileAddon({
      // Of the headers, those of the compiler suffice. -O3 makes addons half as large again.
      compiler: ["clang", `--target=${triple}`, "-O2", "-ffreestanding", "-nostdlibinc"],
      linker: ["-fuse-ld=lld"],
      platform,
      arch,
      out,
    });
    if (reason !== undefined) throw new Failure(`prebuilds/${name}: ${reason}`);
    console.log(`prebuilds/${name}: ${Math.round(statSync(out).size / 1000)} kB`);
  }
});
