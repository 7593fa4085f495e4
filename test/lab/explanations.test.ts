import { describe, expect, test } from "vitest";
import { experiments } from "../../dist/experiments/index.js";
import { explanation as boltzmann } from "../../lab/src/boltzmann/explain.js";
import { explanation as capacity } from "../../lab/src/capacity/explain.js";
import { explanation as gallery } from "../../lab/src/gallery/explain.js";
import { explanation as landscape } from "../../lab/src/landscape/explain.js";
import { explanation as mapping } from "../../lab/src/mapping/explain.js";
import { explanation as recall } from "../../lab/src/recall/explain.js";

const pages = Object.entries({ boltzmann, capacity, gallery, landscape, mapping, recall });
const ids = experiments.map(({ id }) => id);

describe.each(pages)("the explanation of the page %s", (name, { checks, terms, sentences }) => {
  test("names experiments that exist", () => {
    expect(checks.filter((id) => !ids.includes(id))).toEqual([]);
    // The gallery is about all of them.
    expect(checks.length > 0).toBe(name !== "gallery");
  });

  test("has each letter once, and three sentences or a little more", () => {
    expect(new Set(terms.map(({ id }) => id)).size).toBe(terms.length);
    expect(sentences.length).toBe(3);
    expect(sentences.join(" ").length).toBeLessThan(700);
  });
});
