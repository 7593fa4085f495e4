import {
  ArgumentError,
  decodeMemory,
  encodeMemory,
  flip,
  type MemoryKind,
  memoryKinds,
  PatternSet,
  Random,
  randomPatterns,
  StorageError,
} from "engram";
import { kindOfFile, loadMemory, loadModel, parallelRecall, RecallPool, saveMemory } from "engram/node";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../support/folder.js";
import nearestList, { NearestList } from "./nearest-list.mjs";

const kinds: readonly MemoryKind[] = [...memoryKinds, nearestList];
const patterns = new PatternSet(randomPatterns(6, 50, new Random(1)).bits, { labels: [..."abcdef"] });
const memory = nearestList.create(50, { reversed: true }).store(patterns);
const cues = flip(randomPatterns(10, 50, new Random(2)).concat(patterns), 0.1, new Random(3));
const many = memory.recallMany(cues);

describe("a kind of memories of a user's own", () => {
  it("recalls the nearest pattern by definition", () => {
    many.forEach(({ nearest, state }, r) => {
      const distances = Array.from({ length: 6 }, (_, mu) => {
        const different = patterns.spins(mu).filter((s, i) => s !== cues.spins(r)[i]).length;
        return Math.min(different, 50 - different);
      });
      expect(distances[nearest.index]).toBe(Math.min(...distances));
      expect(Math.abs(nearest.overlap)).toBeCloseTo(1 - (2 * distances[nearest.index]) / 50, 14);
      expect(state).toEqual(patterns.spins(nearest.index).map((s) => Math.sign(nearest.overlap) * s));
      expect(nearest.label).toBe("abcdef"[nearest.index]);
    });
    expect(many.slice(10).map(({ nearest }) => nearest.index)).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it.each([1, 2])("goes to %i threads where its kind is handed over", async (workers) => {
    expect(await parallelRecall(memory, cues, { seed: 1, workers, kinds })).toEqual(many);
    const pool = new RecallPool(memory, { workers, kinds });
    const [first, second] = await Promise.all([pool.recall(cues, { seed: 1 }), pool.recall(cues, { seed: 2 })]);
    expect([first, second]).toEqual([many, many]);
    await pool.dispose();
  });

  it("comes back from a file where its kind is handed over, with its options", async () => {
    const loaded = decodeMemory(encodeMemory(memory, { kinds }), { kinds });
    expect(loaded).toBeInstanceOf(NearestList);
    expect(loaded).toMatchObject({ items: patterns, units: 50, reversed: true });
    expect(loaded.recallMany(cues)).toEqual(many);
    const path = `${temporaryFolder()}/list.safetensors`;
    await saveMemory(path, memory, { kinds });
    expect((await loadMemory(path, { kind: nearestList })).recallMany(cues)).toEqual(many);
    expect(await kindOfFile(path)).toBe("nearest-list");
  });

  it("is refused without its kind, in one line that names it", async () => {
    const bytes = encodeMemory(memory, { kinds });
    const line = /^[^\n]*"nearest-list"[^\n]*$/;
    expect(() => encodeMemory(memory, { kinds: memoryKinds })).toThrow(ArgumentError);
    expect(() => encodeMemory(memory, { kinds: memoryKinds })).toThrow(line);
    expect(() => decodeMemory(bytes, { kinds: memoryKinds })).toThrow(StorageError);
    expect(() => decodeMemory(bytes, { kinds: memoryKinds })).toThrow(line);
    expect(() => new RecallPool(memory, { workers: 1 })).toThrow(ArgumentError);
    expect(() => new RecallPool(memory, { workers: 1 })).toThrow(line);
    await expect(parallelRecall(memory, cues, { seed: 1 })).rejects.toThrow(line);
    const path = `${temporaryFolder()}/list.safetensors`;
    await expect(saveMemory(path, memory)).rejects.toThrow(line);
    await saveMemory(path, memory, { kinds });
    await expect(loadMemory(path)).rejects.toThrow(line);
    await expect(loadModel(path)).rejects.toThrow(StorageError);
    await expect(loadModel(path)).rejects.toThrow(line);
  });

  it("goes to no thread where it does not say in which module it stands", () => {
    const { module: _, ...lost } = nearestList;
    const pool = () => new RecallPool(memory, { workers: 1, kinds: [...memoryKinds, lost] });
    expect(pool).toThrow(ArgumentError);
    expect(pool).toThrow(/^[^\n]*"nearest-list"[^\n]* module[^\n]*$/);
  });
});
