declare global {
  // As in the library `esnext.disposable` and in @types/node, so that the types need neither.
  interface SymbolConstructor {
    readonly dispose: unique symbol;
    readonly asyncDispose: unique symbol;
  }
}

/** `Symbol.dispose`, by which `using` ends a value at the end of a block; compilers take this one where engines lack it. */
export const disposeSymbol: typeof Symbol.dispose = Symbol.dispose ?? Symbol.for("Symbol.dispose");

/** `Symbol.asyncDispose`, for `await using`. */
export const asyncDisposeSymbol: typeof Symbol.asyncDispose = Symbol.asyncDispose ?? Symbol.for("Symbol.asyncDispose");

/**
 * A value that may hold memory of the kernels until it is disposed of, or collected. Disposing of it twice does no harm. All
 * of Engram's have `[Symbol.dispose]`, which `using` calls; a user's own need not.
 */
export interface Disposes {
  dispose(): void;
  [Symbol.dispose]?(): void;
}

/** A value that holds threads until it is disposed of. */
export interface AsyncDisposes {
  /** `dispose()`, called by `await using`. */
  [Symbol.asyncDispose](): Promise<void>;
}
