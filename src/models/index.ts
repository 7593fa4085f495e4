export { type LikelihoodBound, likelihoodBound } from "./boltzmann/bound.js";
export { BoltzmannChains, type BoltzmannChainsOptions, type Clamped } from "./boltzmann/chains.js";
export { type Connections, type CouplingGraph, colourClasses } from "./boltzmann/connections.js";
export type { TwoStateEnergy } from "./boltzmann/energy.js";
export { type BoltzmannGradient, ExactDistribution, type PairMoments } from "./boltzmann/exact.js";
export { BoltzmannMachine, type BoltzmannOptions, type BoltzmannParts } from "./boltzmann/machine.js";
export {
  type MeanFieldOptions,
  type MeanFieldRows,
  type MeanFieldSolution,
  meanField,
} from "./boltzmann/mean-field.js";
export type { CouplingParts, MatrixLike } from "./boltzmann/parts.js";
export { DeepBoltzmannChains, type DeepBoltzmannChainsOptions } from "./dbm/chains.js";
export { DeepBoltzmannMachine, type DeepBoltzmannOptions } from "./dbm/deep-boltzmann-machine.js";
export { type DeepMeanField, type DeepMeanFieldOptions, deepMeanField } from "./dbm/mean-field.js";
export { DeepBeliefChains, type DeepBeliefChainsOptions } from "./dbn/chains.js";
export { Classifier, type FromDeepBeliefNet } from "./dbn/classifier.js";
export type { ClassifierLayer } from "./dbn/classifier-layer.js";
export { labelProbabilities } from "./dbn/classify.js";
export { DeepBeliefNet, type DeepBeliefOptions } from "./dbn/deep-belief-net.js";
export { type DeepFeatureOptions, deepFeatures } from "./dbn/features.js";
export {
  DenseClassifier,
  type DenseComputing,
  type DenseForm,
  type DenseParts,
  type DenseSetting,
  type Leaders,
  type RandomDense,
} from "./dense/dense-classifier.js";
export { criticalTemperature, latticeEnergy, spontaneousMagnetisation } from "./ising/exact.js";
export { IsingLattice, type LatticeMeasurement, type LatticeOptions, type MeasureOptions } from "./ising/lattice.js";
export { type Bond, IsingModel, type IsingOptions, squareLattice } from "./ising/model.js";
export {
  boltzmannKind,
  classifierKind,
  deepBeliefKind,
  deepBoltzmannKind,
  denseClassifierKind,
  modelKinds,
  rbmKind,
} from "./kinds.js";
export type { ModelKind } from "./model-kind.js";
export { GibbsChains, type GibbsOptions } from "./rbm/chains.js";
export { type ExactOptions, exactGradient, exactLogLikelihood, exactLogPartition } from "./rbm/exact.js";
export { rbmLayers } from "./rbm/layers.js";
export { type AtBeta, type Into, Rbm, type RbmGradient, type RbmOptions, type SampleOptions } from "./rbm/rbm.js";
export { WorkspaceChains, type WorkspaceChainsOptions } from "./rbm/workspace-chains.js";
