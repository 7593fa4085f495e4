/**
 * Stores patterns, recalls many cues under several rules and dynamics, and returns the digest of all results. Runs wherever
 * `engram`, the library's front module, does: in Node, on a page, in a worker.
 *
 * @param size "full", or "few" for patterns few enough for the reference without a compiler
 */
export function digestOfRecalls(engram, kernels, size = "full") {
  const { asynchronous, Digest, flip, glauber, glyphs, Hopfield, hebb, projection, Random, synchronous } = engram;

  /** The Hebb rule with its couplings spelled out as a matrix. */
  const dense = {
    ...hebb(),
    name: "dense",
    learn(patterns, kernels) {
      const weights = engram.toMatrix(hebb().learn(patterns, kernels).interaction);
      return { interaction: engram.quadratic(new engram.DenseCouplings(weights, patterns.units, kernels)) };
    },
  };
  const rules = [hebb(), hebb({ selfCoupling: true }), projection({ selfCoupling: true }), projection(), dense];
  const dynamics = [
    synchronous({ maxSweeps: 50 }),
    asynchronous({ maxSweeps: 50 }),
    asynchronous({ order: "fixed", maxSweeps: 50 }),
    glauber({ beta: 3, sweeps: 4 }),
  ];
  // Pictures, which are correlated, and random patterns whose number of units fills no whole words.
  const random = new Random(2024);
  const [count, units, letters] = size === "full" ? [21, 333, undefined] : [5, 77, "ENG"];
  const noise = Array.from({ length: count }, () =>
    Array.from({ length: units }, () => (random.bernoulli(0.5) ? 1 : -1)),
  );
  const memories = [glyphs(letters), engram.PatternSet.from(noise)];

  const digest = new Digest();
  const words = (...numbers) => new Uint32Array(Float64Array.from(numbers).buffer);
  for (const patterns of memories) {
    const cues = flip(patterns, 0.2, new Random(1));
    const thresholds = Float64Array.from({ length: patterns.units }, (_, i) => ((i % 7) - 3) / 64);
    for (const rule of rules) {
      const memory = new Hopfield(patterns.units, { rule, thresholds, kernels });
      memory.store(patterns);
      for (const way of dynamics) {
        const recalls = memory.recallMany(cues, { dynamics: way, random: new Random(7), trace: true });
        for (const { bits, sweeps, flips, period, cueEnergy, energy, trace, nearest } of recalls) {
          digest.add(bits.words).add(words(sweeps, flips, period, cueEnergy, energy, nearest.overlap, ...trace));
        }
      }
      const { stabilities } = memory.inspect();
      digest.add(words(...stabilities));
    }
  }
  // Real vectors, of more than one chunk of the kernels.
  const normals = (many) =>
    Array.from({ length: many }, () => Float64Array.from({ length: 21 }, () => random.normal()));
  for (const similarity of ["euclidean", "dot", "cosine"]) {
    const memory = new engram.ModernMemory(21, { similarity, beta: 3, kernels }).store(normals(1100));
    for (const { state, sweeps, weights, energy, margin } of memory.recallMany(normals(9))) {
      digest.add(words(...state, sweeps, energy, margin, ...weights.flatMap(({ index, weight }) => [index, weight])));
    }
  }
  return digest.hex();
}

/** Trains machines of binary and of Gaussian visible units in a workspace, and returns the digest of all parameters. */
export async function digestOfTraining(engram, workspace) {
  const { binary, Digest, gaussian, Random, Rbm, randomPatterns, tempering, train } = engram;
  const patterns = randomPatterns(12, 37, new Random(3));
  const random = new Random(4);
  const numbers = Float32Array.from({ length: 12 * 9 }, () => random.normal());
  const trainings = [
    [new Rbm({ visible: binary(37), hidden: binary(11) }), patterns, {}],
    [new Rbm({ visible: binary(37), hidden: binary(11) }), patterns, { method: tempering() }],
    [new Rbm({ visible: gaussian(9), hidden: binary(6) }), numbers, { rate: 0.01 }],
  ];
  const digest = new Digest();
  const words = (numbers) => new Uint32Array(Float64Array.from(numbers).buffer);
  for (const [rbm, data, options] of trainings) {
    for await (const report of train(rbm, data, { epochs: 2, batch: 6, seed: 8, workspace, ...options })) {
      digest.add(words([report.reconstructionError, report.dataFreeEnergy]));
    }
    for (const { values } of [rbm.weights, { values: rbm.visible.parameters }, { values: rbm.hidden.parameters }]) {
      digest.add(words(values));
    }
  }
  const { BagClassifier, bagTraining, drawBags, poolings, trainBy } = engram;
  const classes = Array.from({ length: 40 }, (_, r) => r % 4);
  const bags = drawBags(numbersLike(random, 40 * 9), classes, { bags: 9, holds: 3, size: 3, random });
  for (const pooling of poolings) {
    const classifier = new BagClassifier(9, { features: 7, pooling: pooling.make() });
    for await (const { training } of trainBy(bagTraining, classifier, bags, {
      epochs: 2,
      batch: 4,
      seed: 8,
      workspace,
    })) {
      digest.add(words([training.loss]));
    }
    digest.add(words(classifier.classify(bags, { workspace }).map(({ input }) => input)));
  }
  return digest.hex();
}

function numbersLike(random, length) {
  return Float32Array.from({ length }, () => random.normal());
}
