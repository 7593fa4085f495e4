import { createHash } from "node:crypto";
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";

/** A process as other processes can find it again: a number alone may be given to another process, or on another machine. */
export interface ProcessMark {
  /** The machine, and on Linux the namespace of process numbers, hashed to 8 hexadecimal digits. */
  readonly place: string;
  readonly pid: number;
  /** When it began, in clock ticks since the machine did; 0 if the system does not tell. */
  readonly began: number;
}

let own: ProcessMark | undefined;

/** The mark of this process. */
export function ownMark(): ProcessMark {
  own ??= { place: placeOfProcesses(), pid: process.pid, began: beginningOf(process.pid) ?? 0 };
  return own;
}

/** Whether a process has ended; undefined if that cannot be seen from here, since it runs, or ran, at another place. */
export function hasEnded({ place, pid, began }: ProcessMark): boolean | undefined {
  if (place !== ownMark().place) return undefined;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return true;
  }
  // It runs, or it is a process of another user, or another process has got its number.
  const now = beginningOf(pid);
  return began !== 0 && now !== undefined && now !== began;
}

function placeOfProcesses(): string {
  let namespace = "";
  try {
    namespace = readlinkSync("/proc/self/ns/pid");
  } catch {
    // Systems other than Linux have one namespace.
  }
  return createHash("sha256").update(`${hostname()} ${namespace}`).digest("hex").slice(0, 8);
}

/** When a process began, and -1 if it has ended and only waits for its parent; undefined if the system does not tell. */
function beginningOf(pid: number): number | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "latin1");
    // The second field is the program's name in parentheses, which may hold spaces; the third is the state, and the 22nd the time.
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" || fields[0] === "X" ? -1 : Number(fields[19]);
  } catch {
    return undefined;
  }
}
