import { requireNode } from "../needed-node.js";

export {
  checkDataSet,
  checkSum,
  type DataPart,
  type DataSetOptions,
  type GreyImageOptions,
  type GreyImages,
  readDataSet,
  readGreyImages,
  readIdxFile,
  testPartOf,
} from "./data.js";
export { dataFolders, findDataSet, listDataSets, missingDataSet, userDataFolder } from "./data-folders.js";
export { writeFileAtomic } from "./files.js";
export { loadHflayers } from "./hflayers.js";
export { findPairs, type IdxPair } from "./idx-folder.js";
export {
  encodeGreyPng,
  encodePng,
  type ImageOptions,
  type PictureOptions,
  type Pictures,
  readGrey,
  readImages,
  readPictures,
  type Size,
  writeGreyPng,
  writePng,
} from "./images.js";
export { allMemoryKinds, allModelKinds } from "./kinds.js";
export {
  kindOfFile,
  type LoadOptions,
  loadCheckpoint,
  loadMemory,
  loadModel,
  saveCheckpoint,
  saveMemory,
  saveModel,
} from "./models.js";
export { type KernelsInUse, kernelsInUse } from "./native.js";
export { type DecodeNpzOptions, decodeNpz, encodeNpz, loadScikitLearn, saveScikitLearn } from "./npz.js";
export { extensionsOf, loadExtensions, type UserExtensions } from "./parallel/extensions.js";
export {
  type BatchOptions,
  type BatchRecallOptions,
  type MapOptions,
  mapParallel,
  type ParallelBasinOptions,
  type ParallelCensusOptions,
  type ParallelOptions,
  type ParallelRecallOptions,
  type PoolKinds,
  type Prepare,
  parallelBasins,
  parallelCensus,
  parallelFixedPoints,
  parallelRecall,
  RecallPool,
  recallThreads,
  type WorkspaceThreads,
  workspaceThreads,
} from "./parallel/index.js";
export { type PictureFile, type PicturePart, pictureParts } from "./picture-folder.js";
export {
  discardParts,
  drawFigure,
  type ModuleOrder,
  moduleOrder,
  type Progress,
  type ReproduceOptions,
  type Reproduction,
  reproduce,
  standInOf,
  userCacheFolder,
} from "./reproduce/index.js";
export { type LabOptions, type LabServer, portLine, serveLab } from "./server.js";
export {
  type Canvas,
  type Caption,
  canvasFor,
  drawPictures,
  hasColours,
  layoutOf,
  type OutputStream,
  plain,
  safeJson,
  safeText,
} from "./terminal.js";
export { isModulePath, loadUserModule, type UserModule } from "./user-module.js";
export { type StreamOptions, streamingKinds, streamVectors } from "./vector-file.js";
export { readLabels, readVectors } from "./vectors.js";

requireNode();

export { readStoryFile, readStorySet, readStoryText, type StorySet } from "./stories.js";
