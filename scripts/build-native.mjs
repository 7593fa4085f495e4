/**
 * Compiles native/ to an addon for this machine, dist/native/<platform>-<arch>.node, where there is a C compiler; without one
 * the kernels in WebAssembly compute, with the same bits.
 */
import { execFile, spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { include_dir as headers } from "node-api-headers";
import { root } from "./tools.mjs";

const avx512 = ["-march=x86-64-v4", "-mprefer-vector-width=512"];

/** The tables of kernels for a processor: name, bytes of a vector, flags. */
const tables = {
  x64: [
    [
      "kernels_avx512_vpopcnt",
      64,
      [...avx512, ...["vbmi", "vbmi2", "vnni", "bitalg", "vpopcntdq"].map((set) => `-mavx512${set}`)],
    ],
    ["kernels_avx512", 64, avx512],
    ["kernels_avx2", 32, ["-march=x86-64-v3"]],
    ["kernels_baseline", 16, ["-march=x86-64-v2"]],
  ],
  arm64: [["kernels_baseline", 16, []]],
};

/** No fused multiply-add and no reordering: the bits are those of WebAssembly. */
const flags = [
  "-std=gnu11",
  "-O3",
  "-ffp-contract=off",
  "-fno-math-errno",
  "-fno-stack-protector",
  "-fPIC",
  "-fvisibility=hidden",
];

/** Links what a system's loader completes from the process: no library is named, so one addon serves every libc. */
const linking = {
  linux: ["-shared", "-nostdlib", "-Wl,-z,noexecstack", "-Wl,--build-id=none", "-s"],
  darwin: ["-bundle", "-undefined", "dynamic_lookup"],
};

/** Path of the addon that the build makes for this machine. */
export const builtAddon = join(root, `dist/native/${process.platform}-${process.arch}.node`);

/**
 * Compiles the addon for a platform and a processor.
 *
 * @param {{ compiler: string[], platform: string, arch: string, out: string }} target
 * @returns {Promise<string | undefined>} why there is no addon now
 */
export async function compileAddon({ compiler: [command, ...more], platform, arch, out }) {
  const folder = mkdtempSync(join(tmpdir(), "engram-native-"));
  const compile = (args) => promisify(execFile)(command, [...more, ...args], { cwd: root });
  try {
    const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    const units = [
      ["addon.c", ["-DNAPI_VERSION=8", `-DENGRAM_VERSION="${version}"`, `-I${headers}`]],
      ...tables[arch].map(([name, bytes, own]) => {
        return ["kernels.c", [`-DVECTOR=${bytes}`, `-DTABLE=${name}`, "-Wno-psabi", ...own]];
      }),
    ];
    const objects = units.map((_, k) => join(folder, `${k}.o`));
    await Promise.all(
      units.map(([source, own], k) => compile([...flags, ...own, "-c", join("native", source), "-o", objects[k]])),
    );
    const made = join(folder, "engram.node");
    await compile([...linking[platform], ...objects, "-o", made]);
    mkdirSync(dirname(out), { recursive: true });
    // A process may have the old one loaded: a new file takes its place.
    const beside = `${out}.${process.pid}`;
    copyFileSync(made, beside);
    renameSync(beside, out);
    return undefined;
  } catch (error) {
    const line = error.stderr?.split("\n").find((text) => /error/i.test(text)) ?? error.message;
    return `${command} cannot compile native/ (${line.split("\n", 1)[0]})`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Builds the addon for this machine. @returns {Promise<string | undefined>} why there is none */
export async function buildNative() {
  // One of other sources must not stay.
  rmSync(builtAddon, { force: true });
  const { platform, arch } = process;
  if (tables[arch] === undefined || linking[platform] === undefined) return `it has no form for ${platform}-${arch}`;
  const compiler = process.env.CC === undefined ? ["cc"] : process.env.CC.split(" ");
  if (spawnSync(compiler[0], ["--version"]).error !== undefined) return `there is no C compiler (${compiler[0]})`;
  return compileAddon({ compiler, platform, arch, out: builtAddon });
}
