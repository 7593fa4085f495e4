import { logicNetworks } from "engram/memories";
import type { Verdict } from "../page.js";
import type { Standing } from "./ball.js";
import type { Analysis, Kind } from "./net.js";
import type { Setting } from "./setting.js";
import { percent, shown, unbroken, wordsOf } from "./words.js";

/** What an attractor is called. */
export const kindWords: Record<Kind, string> = {
  stored: "stored",
  reversed: "reversed",
  mixture: "mixture",
  spurious: "spurious",
  other: "valley",
  cycle: "cycle",
};

const headlines: Record<Kind, string> = {
  stored: "A stored state",
  reversed: "The negative of a stored state",
  mixture: "A mixture",
  spurious: "A spurious valley",
  other: "A valley",
  cycle: "A cycle",
};

const tones: Record<Kind, Verdict["tone"]> = {
  stored: "found",
  reversed: "warned",
  mixture: "warned",
  spurious: "astray",
  other: "found",
  cycle: "astray",
};

/** Where the ball stands, or what no net can do. */
export function verdictOf(
  analysis: Analysis,
  { word }: Standing,
  setting: Pick<Setting, "update" | "temperature">,
): Verdict {
  const { units, states, valleys, valleyOf, storable, lost, stored } = analysis;
  const here = `${unbroken(word, units)}, energy ${shown(states[word].energy)}`;
  if (storable === "never") {
    const xor = wordsOf(logicNetworks.xorOfThree.states);
    const isXor = units === 3 && stored.length === xor.length && xor.every((state) => stored.includes(state));
    return {
      headline: `${isXor ? "XOR" : "This"} cannot be stored: no weights exist`,
      detail: `${lost.length} of ${stored.length} wanted states ${lost.length === 1 ? "is" : "are"} not stable; the ball is at ${here}.`,
      tone: "astray",
    };
  }
  if (setting.update === "one" && setting.temperature > 0) {
    return {
      headline: `Wandering at temperature ${shown(setting.temperature)}`,
      detail: `Now at ${here}. Moves that raise the energy happen, too.`,
      tone: "underway",
    };
  }
  const k = valleyOf[word];
  if (k < 0) {
    const [first, ...others] = valleys
      .map((_, v) => v)
      .filter((v) => analysis.shares[word * valleys.length + v] > 1e-9);
    const goal = valleys[first].words.length > 1 ? "the cycle" : unbroken(valleys[first].words[0], units);
    return {
      headline: analysis.hasEnergy && setting.update === "one" ? "On the way down" : "On the way",
      detail:
        others.length === 0
          ? `At ${here}: every run from here ends in ${goal}.`
          : `At ${here}: ${others.length + 1} ends can be reached.`,
      tone: "underway",
    };
  }
  const { words, kind, isCycle, share, sure } = valleys[k];
  if (words.length > 1) {
    return {
      headline: isCycle ? `A cycle of length ${words.length}` : `It never rests: ${words.length} states`,
      detail: `At ${here}. The ball goes round; ${percent(share)} of all runs end here.`,
      tone: "astray",
    };
  }
  const basin = `From ${sure} of ${states.length} states every run ends here; ${percent(share)} of all runs do.`;
  return { headline: `${headlines[kind]}: ${here}`, detail: basin, tone: tones[kind] };
}
