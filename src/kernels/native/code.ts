/*
 * Native kernels: functions of an addon that compute the same bits as WebAssembly, with wider registers, on the very memory
 * of its kernels (native/). They take the places of a module's functions one by one: what the addon lacks, WebAssembly does.
 */

/**
 * A function of the addon: the memory, and the numbers that the function of assembly/ of the same name gets. One that has no
 * such function may get arrays outside the memory behind its numbers.
 */
export type NativeKernel = (memory: Uint8Array, ...parameters: (number | ArrayBufferView)[]) => number;

/** The functions of the addon for one instruction set. */
export interface NativeKernels {
  /** The instruction set, such as "avx2". */
  readonly tier: string;
  readonly functions: Readonly<Record<string, NativeKernel>>;
}

/** The functions of a module in a memory, with native ones in their places and beside them. */
export function withNative<Code extends object>(
  code: Code,
  memory: WebAssembly.Memory,
  native: NativeKernels | undefined,
): Code {
  if (native === undefined) return code;
  let bytes = new Uint8Array(memory.buffer);
  // A memory that has grown has another buffer.
  const current = () => {
    if (bytes.buffer !== memory.buffer) bytes = new Uint8Array(memory.buffer);
    return bytes;
  };
  const placed = Object.entries(native.functions).map(([name, kernel]) => {
    return [name, (...numbers: number[]) => kernel(current(), ...numbers)];
  });
  return { ...code, ...Object.fromEntries(placed) };
}
