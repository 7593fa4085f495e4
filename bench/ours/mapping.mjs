/** Chains that sample a Hopfield net; the works of rivals/mapping_numpy.py, and the statistics of the chains. */
import { workspaceThreads } from "../../dist/node/index.js";
import { PatternSet } from "../../dist/patterns/index.js";
import { gibbs, glauberChains, netOf } from "../mapping-chains.mjs";
import { watch } from "../mapping-statistics.mjs";
import { race, readBits, serve, threads } from "./serve.mjs";

const { makeWorkspace } = await workspaceThreads(threads);
const works = {};
for (const { name, beta, units, stride } of race.settings) {
  const net = netOf(new PatternSet(readBits(`${name}.patterns.bin`, units, stride)), beta);
  const samplers = {
    gibbs: (count) => gibbs(net, count, makeWorkspace),
    glauber: (count) => glauberChains(net.dense, net, count),
    "glauber-patterns": (count) => glauberChains(net.memory.net, net, count),
  };
  for (const [dynamics, start] of Object.entries(samplers)) {
    for (const count of [1, race.chains]) {
      works[`${name}-${dynamics}-${count}`] = () => {
        const sampler = start(count);
        return { run: () => sampler.advance(1) };
      };
    }
    works[`${name}-${dynamics}-series`] = () => {
      return { run: () => watch(net, start(race.watched), race), encode: (series) => series };
    };
  }
}
await serve(works);
