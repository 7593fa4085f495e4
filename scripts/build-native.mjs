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
  "-ffp-contract=off",
  "-fno-math-errno",
  "-fno-stack-protector",
  "-fvisibility=hidden",
  "-Wno-psabi",
];

/**
 * How each system links: no library is named, since its loader takes what is missing from the process, so one addon serves
 * every C library. Windows wants to know the process by an import library, and has the rest in windows.c.
 */
const systems = {
  linux: { flags: ["-fPIC"], link: ["-shared", "-nostdlib", "-Wl,-z,noexecstack", "-Wl,--build-id=none", "-s"] },
  darwin: { flags: ["-fPIC"], link: ["-nostdlib", "-bundle", "-undefined", "dynamic_lookup"] },
  win32: {
    flags: ["-ffreestanding"],
    sources: [["windows.c", ["-fno-builtin"]]],
    link: ["-nostdlib", "-shared", "-Wl,-noentry", "-Wl,-opt:ref"],
    library: async (folder) => {
      const library = join(folder, "node.lib");
      const { def_paths: definitions } = await import("node-api-headers");
      const from = ["-m", "i386:x86-64", "-d", definitions.node_api_def, "-l", library];
      await promisify(execFile)("llvm-dlltool", from);
      return [library];
    },
  },
};

/** Path of the addon that the build makes for this machine. */
export const builtAddon = join(root, `dist/native/${process.platform}-${process.arch}.node`);

/**
 * Compiles the addon for a platform and a processor.
 *
 * @param {object} target
 * @param {string[]} target.compiler a command and its first arguments
 * @param {string[]} [target.linker] further arguments where it links
 * @param {string} target.platform
 * @param {string} target.arch
 * @param {string} target.out
 * @returns {Promise<string | undefined>} why there is no addon now
 */
export async function compileAddon({ compiler: [command, ...more], linker = [], platform, arch, out }) {
  const folder = mkdtempSync(join(tmpdir(), "engram-native-"));
  const compile = (args) => promisify(execFile)(command, [...more, ...args], { cwd: root });
  try {
    const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    const system = systems[platform];
    const units = [
      ["addon.c", ["-DNAPI_VERSION=8", `-DENGRAM_VERSION="${version}"`, `-I${headers}`]],
      ...tables[arch].map(([name, bytes, own]) => ["kernels.c", [`-DVECTOR=${bytes}`, `-DTABLE=${name}`, ...own]]),
      ...(system.sources ?? []),
    ];
    const objects = units.map((_, k) => join(folder, `${k}.o`));
    const make = ([source, own], k) => {
      return compile([...flags, ...system.flags, ...own, "-c", join("native", source), "-o", objects[k]]);
    };
    await Promise.all(units.map(make));
    const made = join(folder, "engram.node");
    const library = (await system.library?.(folder)) ?? [];
    await compile([...linker, ...system.link, ...objects, ...library, "-o", made]);
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
  if (tables[arch] === undefined || systems[platform] === undefined) return `it has no form for ${platform}-${arch}`;
  const compiler = process.env.CC === undefined ? ["cc"] : process.env.CC.split(" ");
  if (spawnSync(compiler[0], ["--version"]).error !== undefined) return `there is no C compiler (${compiler[0]})`;
  // GCC keeps arrays of vectors in registers only from here on.
  return compileAddon({ compiler: [...compiler, "-O3"], platform, arch, out: builtAddon });
}
