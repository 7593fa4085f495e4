import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { expect, test } from "vitest";
import { experiments, type Report } from "../../dist/experiments/index.js";
import { catalogue } from "../../lab/results.js";
import { checkSetting, readSetting, writeSetting } from "../../lab/src/gallery/address.js";
import { commandOf, countKinds, kinds, oddFirst, select, sourceName } from "../../lab/src/gallery/catalogue.js";
import { draw } from "../../lab/src/gallery/drawing.js";
import { scenes } from "../../lab/src/gallery/scenes.js";
import { defaultSetting, orderNames, type Setting, verdictNames } from "../../lab/src/gallery/setting.js";
import { duration, inOneLine, interval, listInWords, short } from "../../lab/src/gallery/words.js";
import { Query } from "../../lab/src/query.js";

const folder = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const entries = catalogue();
const everything = { source: "", verdict: "all", text: "", order: "listed" } as const;

/** The committed results on disk. */
const saved = readdirSync(folder("experiments")).flatMap((source) => {
  const results = folder(`experiments/${source}/results`);
  if (!existsSync(results)) return [];
  const files = readdirSync(results).filter((file) => file.endsWith(".json"));
  return files.map((file) => ({
    ...JSON.parse(readFileSync(`${results}/${file}`, "utf8")),
    path: `${source}/${file}`,
  }));
});

test("the index has every experiment once, and every committed result", () => {
  expect(entries.map(({ id }) => id)).toEqual(experiments.map(({ id }) => id));
  expect(new Set(entries.map(({ id }) => id)).size).toBe(entries.length);
  const listed = entries.flatMap(({ id, results }) => results.map(({ name }) => `${id.split("/")[0]}/${name}.json`));
  expect(listed.length).toBe(saved.length);
  expect(new Set(listed)).toEqual(new Set(saved.map(({ path }) => path)));
  for (const { id, results } of entries) {
    const own = saved.find(({ path }) => path === `${id}.json`);
    if (own === undefined) continue;
    const agree = own.rows.filter(({ verdict }: { verdict: string }) => verdict === "agrees").length;
    const expected = { verdict: own.verdict, setting: own.setting, rows: own.rows.length, agree };
    expect(results[0]).toEqual({ name: id.split("/")[1], ...expected });
  }
});

test("the built lab has the index and a file for every result, its figure drawn of its data", () => {
  expect(JSON.parse(readFileSync(folder("dist/lab/data/results/index.json"), "utf8"))).toEqual(entries);
  for (const { path, rows, figure, id, ...report } of saved) {
    const built = JSON.parse(readFileSync(folder(`dist/lab/data/results/${path}`), "utf8"));
    expect(built.rows).toEqual(rows);
    expect(built.notes).toEqual(report.notes);
    const experiment = experiments.find((one) => one.id === id)!;
    // Plot numbers the clips of all its figures, in the order in which they are drawn.
    const clipless = (text: string) => text.replaceAll(/plot-clip-\d+/g, "plot-clip");
    expect(clipless(built.figure)).toBe(clipless(draw(experiment, { ...report, rows, figure } as Report)));
    expect(built.figure).toMatch(/^<svg [^>]*xmlns="http:\/\/www.w3.org\/2000\/svg">.*<\/svg>$/s);
    // Neither is allowed by the lab's content security policy.
    expect(built.figure).not.toMatch(/<style|style=/);
  }
});

test("a figure is drawn as the command line draws it", () => {
  const { rows, notes, figure } = saved.find(({ id }) => id === "amit-1985/phase-diagram");
  const experiment = experiments.find(({ id }) => id === "amit-1985/phase-diagram")!;
  const whole = readFileSync(folder("experiments/amit-1985/results/phase-diagram.svg"), "utf8");
  const marks = (svg: string) => svg.slice(svg.indexOf("<g "), svg.lastIndexOf("</g>"));
  expect(marks(draw(experiment, { rows, notes, figure } as Report))).toBe(marks(whole));
});

test("experiments are counted by their verdicts", () => {
  const counts = countKinds(entries);
  expect(Object.values(counts).reduce((sum, count) => sum + count)).toBe(experiments.length);
  const own = entries.map(({ id }) => saved.find(({ path }) => path === `${id}.json`)?.verdict);
  const of = (verdict: string | undefined) => own.filter((other) => other === verdict).length;
  expect(counts).toEqual({
    agrees: of("agrees"),
    explained: of("source differs, explained"),
    differs: of("differs"),
    unresolved: of("not resolved"),
    incomparable: of("not comparable"),
    none: of(undefined),
  });
  const { headline, detail } = listInWords(entries, entries.length);
  const { agrees, explained, differs, unresolved } = counts;
  expect(headline.replaceAll("\u00a0", " ")).toBe(
    `${agrees} agree · ${explained} explained · ${differs} differ · ${unresolved} open`,
  );
  expect(detail).toContain(`All ${experiments.length} experiments.`);
});

test("experiments are found by source, verdict and words, and ordered", () => {
  expect(select(entries, everything)).toEqual(entries);
  const rojas = select(entries, { ...everything, source: "rojas-1996" });
  expect(rojas.map(({ id }) => id)).toEqual(entries.map(({ id }) => id).filter((id) => id.startsWith("rojas-1996/")));
  const parts = kinds.map((verdict) => select(entries, { ...everything, verdict }).length);
  expect(parts).toEqual(kinds.map((kind) => countKinds(entries)[kind]));
  const found = select(entries, { ...everything, text: " PHASE diagram " });
  expect(found.map(({ id }) => id)).toEqual(["amit-1985/phase-diagram"]);
  expect(select(entries, { ...everything, text: "nowhere" })).toEqual([]);
  expect(listInWords([], 3).headline).toBe("No experiment is like that");
  const sources = select(entries, { ...everything, order: "source" }).map(({ id }) => id.split("/")[0]);
  expect(sources).toEqual([...sources].sort((a, b) => a.localeCompare(b)));
  const odd = select(entries, { ...everything, order: "verdict" });
  expect(countKinds(odd.slice(0, countKinds(entries).differs)).differs).toBe(countKinds(entries).differs);
  expect(new Set(odd)).toEqual(new Set(entries));
});

const anySetting: fc.Arbitrary<Setting> = fc.constantFrom(...entries).chain(({ id, results }) =>
  fc.record({
    source: fc.constantFrom("", ...entries.map((entry) => entry.id.split("/")[0])),
    verdict: fc.constantFrom(...verdictNames),
    text: fc.string({ maxLength: 80 }),
    order: fc.constantFrom(...orderNames),
    id: fc.constant(id),
    result: fc.constantFrom("", ...results.map(({ name }) => name)),
    seed: fc.nat(),
  }),
);

test("an address brings the setting back", () => {
  expect(writeSetting(defaultSetting)).toBe("");
  expect(writeSetting({ ...defaultSetting, id: "amit-1985/phase-diagram" })).toBe("id=amit-1985/phase-diagram");
  fc.assert(
    fc.property(anySetting, (setting) => {
      const query = new Query(writeSetting(setting));
      expect(readSetting(query)).toEqual(setting);
      expect(query.unused).toEqual([]);
      expect(checkSetting(setting, entries)).toEqual([setting, []]);
    }),
  );
});

test("a damaged address says what was not used", () => {
  const query = new Query("source=../etc&verdict=maybe&id=one&seed=-3&order=verdict&page=2");
  expect(readSetting(query)).toEqual({ ...defaultSetting, order: "verdict" });
  expect(query.unused).toEqual(["source=../etc", "verdict=maybe", "id=one", "seed=-3", "page=2"]);
  const stray = { ...defaultSetting, source: "nobody-1900", id: "nobody-1900/table", result: "table" };
  expect(checkSetting(stray, entries)).toEqual([
    defaultSetting,
    ["source=nobody-1900", "id=nobody-1900/table", "result=table"],
  ]);
});

test("the command of a result names its setting and seed where they are not the usual ones", () => {
  const [standard, full] = ["hopfield-1982/capacity", "ramsauer-2020/attention"].map(
    (id) => entries.find((entry) => entry.id === id)!,
  );
  expect(commandOf(standard)).toBe("engram reproduce hopfield-1982/capacity");
  expect(commandOf(standard, { setting: "standard", seed: 1 })).toBe("engram reproduce hopfield-1982/capacity");
  expect(commandOf(standard, { setting: "quick", seed: 7 })).toBe(
    "engram reproduce hopfield-1982/capacity --quick --seed 7",
  );
  expect(full.settings.includes("standard")).toBe(false);
  expect(commandOf(full, { setting: "full", seed: 1 })).toBe("engram reproduce ramsauer-2020/attention");
});

test("values in words", () => {
  expect([0.2772666, 1e-15, 300, "0.138", undefined].map(short)).toEqual(["0.2773", "1e-15", "300", "0.138", ""]);
  const row = { label: "", ours: 1, verdict: "agrees" } as const;
  expect(interval({ ...row, low: 0.05, high: 0.12345 })).toBe("0.05 .. 0.1235");
  expect(interval({ ...row, low: null, high: null })).toBe("exact");
  expect([3.21, 44.3, 600, 9000].map(duration)).toEqual(["3.2 s", "44 s", "10 min", "2.5 h"]);
  expect(inOneLine({ nets: 20, loads: [0.1, 0.2], deep: { a: true } })).toBe("nets 20, loads 0.1 0.2, deep (a true)");
  expect(["krotov-hopfield-2016", "rbm", "tempering"].map(sourceName)).toEqual([
    "Krotov and Hopfield 2016",
    "RBM",
    "Tempering",
  ]);
});

test("rows that differ come first, the others as they are", () => {
  const rows = (["agrees", "differs", "not comparable", "agrees", "not resolved"] as const).map((verdict, k) => {
    return { label: String(k), ours: k, low: null, high: null, verdict };
  });
  expect(oddFirst(rows).map(({ label }) => label)).toEqual(["1", "4", "2", "0", "3"]);
});

test("scenes are settings of the page", () => {
  for (const { address } of scenes) {
    const setting = readSetting(address);
    expect(writeSetting(setting)).toBe(address);
    expect(checkSetting(setting, entries)[1]).toEqual([]);
  }
});
