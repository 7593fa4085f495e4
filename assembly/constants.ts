/**
 * A vector constant as a value that stays in a register: engines that see a constant make it anew, in several
 * instructions, at each use. It goes through address 0, which is unused when a kernel starts.
 */
export function held(constant: v128): v128 {
  v128.store(0, constant);
  return v128.load(0);
}
