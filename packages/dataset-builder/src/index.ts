export { splitNames } from './sources/source.ts';
export type { Source, SourceAnnotation, SourceItem, SplitName } from './sources/source.ts';
export { cocoSource } from './sources/coco.ts';
export type { CocoSourceOptions } from './sources/coco.ts';
export { formats, openDataset } from './sources/open-dataset.ts';
export type { FormatName, OpenedDataset, OpenOptions } from './sources/open-dataset.ts';
export { knownJoints, remapJoints } from './sources/remap-joints.ts';
export { buildDataset } from './building/build-dataset.ts';
export type { BuildOptions, WrittenFormat } from './building/build-options.ts';
export type {
  BuildFinding,
  BuildSummary,
  IdOrigins,
  SkippedItem,
  SplitSummary,
} from './building/build-summary.ts';
export type { GroupRule } from './building/decide-groups.ts';
export type { SplitFractions } from './building/assign-splits.ts';
