import { Random } from "engram";
import { readStories, type Story, vocabularyOf, wordsOf, writeStories } from "engram/data";
import { drawStories, type StoryTask, storyTasks } from "engram/neural";
import { describe, expect, it } from "vitest";

const PLACES = ["bathroom", "hallway", "garden", "office", "bedroom", "kitchen"];
const TAKES = ["got", "took", "grabbed", "picked"];

/** What a reader knows of a thing after some facts: who handled it last, whether it is held, and where it was. */
interface Known {
  holder: string | undefined;
  readonly places: string[];
}

/** Answers a question by reading all facts, without the generator. */
function answerOf({ facts, question }: Pick<Story, "facts" | "question">): string | undefined {
  const at = new Map<string, string>();
  const things = new Map<string, Known>();
  for (const fact of facts) {
    const words = wordsOf(fact);
    const [who] = words;
    const place = words.find((word) => PLACES.includes(word));
    if (place !== undefined) {
      at.set(who, place);
      for (const { holder, places } of things.values()) if (holder === who) places.push(place);
      continue;
    }
    const thing = words[words.indexOf("the") + 1];
    const known = things.get(thing) ?? { holder: undefined, places: [] };
    if (TAKES.includes(words[1])) {
      known.holder = who;
      const here = at.get(who) as string;
      if (known.places.at(-1) !== here) known.places.push(here);
    } else {
      // Only who holds a thing can drop it.
      expect(known.holder).toBe(who);
      known.holder = undefined;
    }
    things.set(thing, known);
  }
  const asked = wordsOf(question);
  if (asked[1] === "was") {
    const { places } = things.get(asked[3]) as Known;
    return places[places.lastIndexOf(asked[6]) - 1];
  }
  return asked.length === 3 ? at.get(asked[2]) : things.get(asked[3])?.places.at(-1);
}

describe.each(storyTasks)("stories of task %i", (task) => {
  const stories = drawStories(task, { count: 400, random: new Random(1) });

  it("have the answer that follows from their facts", () => {
    for (const story of stories) expect(answerOf(story)).toBe(story.answer);
  });

  it("name the facts that support the answer: one, two or three of them, which hold its words", () => {
    for (const { facts, question, answer, supporting } of stories) {
      expect(supporting.length).toBe(task);
      const [first, ...others] = supporting.map((fact) => wordsOf(facts[fact]));
      // The first has what is asked for; the person of it walks in the others, to the answer at the end.
      expect(first).toContain(wordsOf(question)[task === 1 ? 2 : 3]);
      for (const walk of others) expect(walk[0]).toBe(first[0]);
      expect([first, ...others].at(-1)).toContain(answer);
      if (task === 3) expect(others[0]).toContain(wordsOf(question)[6]);
    }
  });

  it("do not depend on how many are drawn, and differ between seeds", () => {
    const some = drawStories(task, { count: 3, random: new Random(1) });
    expect(some).toEqual(stories.slice(0, 3));
    expect(drawStories(task, { count: 3, random: new Random(2) })).not.toEqual(some);
  });

  it("have as many facts as asked for, and answers of all places", () => {
    const long = drawStories(task, { count: 50, facts: [12, 14], random: new Random(3) });
    expect([...new Set(long.map(({ facts }) => facts.length))].sort((a, b) => a - b)).toEqual([12, 13, 14]);
    expect(new Set(stories.map(({ answer }) => answer))).toEqual(new Set(PLACES));
  });
});

it("refuses stories that cannot be", () => {
  const random = new Random(1);
  expect(() => drawStories(4 as StoryTask, { count: 1, random })).toThrow("task is 4; expected 1, 2 or 3");
  expect(() => drawStories(2, { count: 0, random })).toThrow("count is 0");
  expect(() => drawStories(2, { count: 1, facts: [3, 9], random })).toThrow("the least number of facts is 3");
  expect(() => drawStories(1, { count: 1, facts: [9, 8], random })).toThrow("the most facts is 8");
});

describe("the format of bAbI", () => {
  const text =
    "1 Mary moved to the bathroom.\n2 John went back to the hallway.\n3 Where is Mary? \tbathroom\t1\n4 Mary got the milk there.\n5 Where is the milk?\tbathroom\t4 1\n1 Dan slept.\n2 Who slept?\tDan\t1\n";

  it("gives a story for each question, with all facts before it and the supporting ones by their lines", () => {
    expect(readStories(text)).toEqual([
      {
        facts: ["Mary moved to the bathroom.", "John went back to the hallway."],
        question: "Where is Mary?",
        answer: "bathroom",
        supporting: [0],
      },
      {
        facts: ["Mary moved to the bathroom.", "John went back to the hallway.", "Mary got the milk there."],
        question: "Where is the milk?",
        answer: "bathroom",
        supporting: [2, 0],
      },
      { facts: ["Dan slept."], question: "Who slept?", answer: "dan", supporting: [0] },
    ]);
  });

  it("is written and read again", () => {
    const stories = [...drawStories(2, { count: 5, random: new Random(4) }), ...readStories(text)];
    expect(readStories(writeStories(stories))).toEqual(stories);
  });

  it("is refused in one line that names the line", () => {
    const refused: [string, string][] = [
      ["Mary went home.", 'story.txt: line 1 is "Mary went home."; expected a number and a sentence'],
      ["1 Mary went home.\n2 Where is Mary?\thome\t3", 'line 2 names the supporting fact "3"'],
      ["1 Where is Mary?\thome\t", "line 1 asks a question before the first fact"],
      ["1 Mary went home.\n2 Where is Mary?\t\t1", "line 2 asks a question without an answer"],
      ["1 ...", "it has no words"],
      ["1 Mary went home.", "story.txt has no question"],
      ["", "story.txt has no question"],
    ];
    for (const [wrong, message] of refused) expect(() => readStories(wrong, "story.txt")).toThrow(message);
  });

  it("has words in lower case without punctuation, and a vocabulary of each once", () => {
    expect(wordsOf("Where is Mary's e-mail, John?")).toEqual(["where", "is", "mary's", "e-mail", "john"]);
    expect(vocabularyOf(readStories(text)).slice(0, 4)).toEqual(["back", "bathroom", "dan", "got"]);
  });
});
