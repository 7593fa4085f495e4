import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { resolve } from "node:path";

/*
 * Failing disks, for programs that import this before everything else: every operation that writes (or reads) a file under
 * a folder is a point, counted from 1, and may be made to fail. Without a plan all is as it was.
 */

let plan;
let points = [];

/**
 * Begins to count anew.
 *
 * @param wanted such as { kind: "write", code: "ENOSPC", under: "/tmp/x", at: 3, sticky: true }: the third writing operation
 * fails, and with `sticky` all that follow
 */
export function beginFaults(wanted) {
  plan = wanted;
  points = [];
}

/** The points since then. */
export function endFaults() {
  plan = undefined;
  return points;
}

/** Counts an operation, and the error with which it is to fail. */
function faultAt(kind, name, path) {
  if (plan === undefined || plan.kind !== kind || !String(path ?? "").startsWith(plan.under)) return undefined;
  points.push(`${name} ${path}`);
  const isDue = plan.sticky ? points.length >= plan.at : points.length === plan.at;
  if (!isDue) return undefined;
  const message = `${plan.code}: injected, ${name} '${path}'`;
  return Object.assign(new Error(message), { code: plan.code, syscall: name, errno: -1, path });
}

const isWriting = (flags) => flags !== undefined && flags !== "r" && flags !== 0;

/** An absolute path; links are not followed. */
const absolute = (path) => (typeof path === "string" ? resolve(path) : path);

/** The paths of open files, by handle and by number. */
const opened = new WeakMap();
const numbers = new Map();

function wrap(owner, name, kindOf, pathOf = (path) => absolute(path)) {
  const original = owner[name];
  owner[name] = function (...args) {
    const path = pathOf.apply(this, args);
    const fault = faultAt(kindOf(...args), name, path);
    if (fault !== undefined) {
      if (name.endsWith("Sync")) throw fault;
      return Promise.reject(fault);
    }
    const result = original.apply(this, args);
    if (name === "open") return result.then((handle) => remember(handle, path));
    if (name === "openSync") numbers.set(result, path);
    return result;
  };
}

let isPatched = false;

function remember(handle, path) {
  opened.set(handle, path);
  if (!isPatched) {
    isPatched = true;
    const prototype = Object.getPrototypeOf(handle);
    for (const name of ["writeFile", "sync", "chmod", "chown"]) {
      wrap(
        prototype,
        name,
        () => "write",
        function () {
          return opened.get(this);
        },
      );
    }
  }
  return handle;
}

const write = () => "write";
const read = () => "read";
const byFlags = (_path, flags) => (isWriting(flags) ? "write" : "read");
wrap(fs.promises, "open", byFlags);
wrap(fs.promises, "readFile", read);
wrap(fs.promises, "readdir", read);
wrap(fs.promises, "stat", read);
for (const name of ["writeFile", "rename", "link", "mkdir"]) wrap(fs.promises, name, write);
wrap(fs, "openSync", byFlags);
wrap(fs, "mkdirSync", write);
wrap(fs, "writeSync", write, (number) => numbers.get(number));
wrap(fs, "ftruncateSync", write, (number) => numbers.get(number));
syncBuiltinESMExports();
