import type { Story } from "../../data/stories.js";
import { ArgumentError, requireInteger } from "../../errors.js";
import type { Random } from "../../math/random.js";

const PEOPLE = ["Mary", "John", "Daniel", "Sandra"];
const PLACES = ["bathroom", "hallway", "garden", "office", "bedroom", "kitchen"];
const THINGS = ["football", "apple", "milk"];
const GOES = ["moved", "went", "journeyed", "travelled", "went back"];
const TAKES = ["got", "took", "grabbed", "picked up"];
const DROPS = ["dropped", "left", "discarded", "put down"];

/** The tasks, named by their number: how many facts support an answer. */
export const storyTasks = [1, 2, 3] as const;

export type StoryTask = (typeof storyTasks)[number];

/** Facts in a story of each task, least and most. */
const FACTS: Readonly<Record<StoryTask, readonly [number, number]>> = { 1: [2, 10], 2: [6, 14], 3: [10, 20] };

/** How stories are drawn. */
export interface StoryOptions {
  /** Number of stories, each with one question. */
  readonly count: number;
  /** Least and most facts of a story; defaults to 2 to 10, 6 to 14 and 10 to 20 for the tasks 1, 2 and 3. */
  readonly facts?: readonly [least: number, most: number] | undefined;
  readonly random: Random;
}

/** What happened in a world: who went where, who took and dropped what. */
interface World {
  readonly facts: string[];
  /** Of each person: the moves, in order. */
  readonly moves: Map<string, Move[]>;
  /** Of each thing: when it was last taken or dropped, by whom, and the move of this person before. */
  readonly handled: Map<string, Handling>;
  /** Of each thing: where it was, one place after the other. */
  readonly visited: Map<string, Visit[]>;
}

interface Move {
  readonly fact: number;
  readonly place: string;
}

interface Handling {
  readonly fact: number;
  readonly who: string;
  readonly isHeld: boolean;
  readonly move: number;
}

/** A place where a thing was, and the facts that say so: its taking, and the moves of who held it to it and before. */
interface Visit extends Move {
  readonly taking: number;
  readonly before?: number | undefined;
}

/**
 * Draws stories with the sentences of tasks 1 to 3 of bAbI (Weston et al., Towards AI-complete question answering, 2015)
 * from a small world of our own: four people walk among six places, and take and drop three things. The tasks ask where a
 * person is (one supporting fact), where a thing is (two), and where it was before it was at a place (three). The answers
 * are places, and only questions with one answer are asked. A story is told anew for each question, and is shorter than those
 * of bAbI.
 *
 * @throws ArgumentError for an unknown task or numbers out of range
 */
export function drawStories(task: StoryTask, { count, facts, random }: StoryOptions): Story[] {
  if (!storyTasks.includes(task)) throw new ArgumentError(`task is ${String(task)}; expected 1, 2 or 3`);
  const [least, most] = facts ?? FACTS[task];
  requireInteger("count", count, 1);
  requireInteger("the least number of facts", least, 2 * task, 1000);
  requireInteger("the most facts", most, least, 1000);
  return Array.from({ length: count }, (_, s) => {
    const own = random.fork(s);
    for (;;) {
      const world = live(task, least + own.integer(most - least + 1), own);
      const asked = ASK[task](world, own);
      if (asked !== undefined) return { facts: world.facts, ...asked };
    }
  });
}

function pick<Value>(values: readonly Value[], random: Random): Value {
  return values[random.integer(values.length)];
}

/** Lets a world live for a number of facts. */
function live(task: StoryTask, count: number, random: Random): World {
  const world: World = { facts: [], moves: new Map(), handled: new Map(), visited: new Map() };
  while (world.facts.length < count) {
    const who = pick(PEOPLE, random);
    const place = world.moves.get(who)?.at(-1)?.place;
    const act = task === 1 || place === undefined ? 0 : random.uniform();
    if (act < 0.55) go(world, who, place, random);
    else if (act < 0.8) take(world, who, place as string, random);
    else drop(world, who, random);
  }
  return world;
}

function go({ facts, moves, handled, visited }: World, who: string, from: string | undefined, random: Random): void {
  const place = pick(
    PLACES.filter((other) => other !== from),
    random,
  );
  const fact = facts.push(`${who} ${pick(GOES, random)} to the ${place}.`) - 1;
  const own = moves.get(who) ?? [];
  const before = own.at(-1)?.fact;
  moves.set(who, [...own, { fact, place }]);
  for (const [thing, { fact: taking, who: holder, isHeld }] of handled) {
    if (isHeld && holder === who) visited.get(thing)?.push({ fact, place, taking, before });
  }
}

function take({ facts, moves, handled, visited }: World, who: string, place: string, random: Random): void {
  // A thing is free where it was dropped, or anywhere if it has not been seen yet.
  const free = THINGS.filter((thing) => {
    const before = handled.get(thing);
    return before === undefined || (!before.isHeld && visited.get(thing)?.at(-1)?.place === place);
  });
  if (free.length === 0) return;
  const thing = pick(free, random);
  const fact = facts.push(`${who} ${pick(TAKES, random)} the ${thing}${there(random)}.`) - 1;
  const move = lastMove(moves, who);
  handled.set(thing, { fact, who, isHeld: true, move });
  if (!visited.has(thing)) visited.set(thing, [{ fact: move, place, taking: fact }]);
}

function drop({ facts, moves, handled }: World, who: string, random: Random): void {
  const held = [...handled].filter(([, { who: holder, isHeld }]) => isHeld && holder === who).map(([thing]) => thing);
  if (held.length === 0) return;
  const thing = pick(held, random);
  const fact = facts.push(`${who} ${pick(DROPS, random)} the ${thing}${there(random)}.`) - 1;
  handled.set(thing, { fact, who, isHeld: false, move: lastMove(moves, who) });
}

function lastMove(moves: World["moves"], who: string): number {
  return (moves.get(who) as Move[])[(moves.get(who) as Move[]).length - 1].fact;
}

/** Half of the sentences about things end in "there", as in bAbI. */
function there(random: Random): string {
  return random.bernoulli(0.5) ? " there" : "";
}

type Asked = Omit<Story, "facts"> | undefined;

/** The question of each task; undefined if the world does not answer one. */
const ASK: Readonly<Record<StoryTask, (world: World, random: Random) => Asked>> = {
  1({ moves }, random) {
    const [who, own] = pick([...moves], random);
    const { fact, place } = own[own.length - 1];
    return { question: `Where is ${who}?`, answer: place, supporting: [fact] };
  },
  2({ handled, moves, visited }, random) {
    // A thing that was not carried needs no second fact.
    const carried = [...handled].filter(([thing]) => (visited.get(thing) as Visit[]).length > 1);
    if (carried.length === 0) return undefined;
    const [thing, { fact, who, isHeld, move }] = pick(carried, random);
    const seen = visited.get(thing) as Visit[];
    const supporting = [fact, isHeld ? lastMove(moves, who) : move];
    return { question: `Where is the ${thing}?`, answer: seen[seen.length - 1].place, supporting };
  },
  3({ visited }, random) {
    const known = [...visited].flatMap(([thing, visits]) =>
      visits.flatMap((visit, k) => {
        const isOnce = visits.filter(({ place }) => place === visit.place).length === 1;
        return k > 0 && isOnce ? [{ thing, visit, answer: visits[k - 1].place }] : [];
      }),
    );
    if (known.length === 0) return undefined;
    const { thing, visit, answer } = pick(known, random);
    return {
      question: `Where was the ${thing} before the ${visit.place}?`,
      answer,
      supporting: [visit.taking, visit.fact, visit.before as number],
    };
  },
};
