export { splitNames } from './sources/source.ts';
export type { Source, SourceAnnotation, SourceItem, SplitName } from './sources/source.ts';
export { cocoSource } from './sources/coco.ts';
export type { CocoSourceOptions } from './sources/coco.ts';
export { formats, openDataset } from './sources/open-dataset.ts';
export type { FormatName, OpenedDataset, OpenOptions } from './sources/open-dataset.ts';
export { knownJoints, readJoints, remapJoints } from './sources/remap-joints.ts';
export { buildDataset } from './building/build-dataset.ts';
export type { BuildOptions } from './building/build-options.ts';
export { writeLabels } from './writing/writers.ts';
export type { WrittenFormat } from './writing/writers.ts';
export type { WrittenJoints, WrittenMember } from './writing/dataset-writer.ts';
export type {
  BuildFinding,
  BuildSummary,
  IdOrigins,
  SkippedItem,
  SplitSummary,
} from './building/build-summary.ts';
export type { GroupRule } from './building/decide-groups.ts';
export type { SplitFractions } from './building/assign-splits.ts';
export { lintDataset } from './linting/lint-dataset.ts';
export type { LintOptions, LintReport } from './linting/lint-dataset.ts';
export type { LintFinding, LintRule, LintSeverity } from './linting/lint-finding.ts';
export { findDuplicatePersons } from './linting/find-duplicate-persons.ts';
export { fixSource } from './linting/fix-source.ts';
export { summarizeDataset } from './linting/summarize-dataset.ts';
export type {
  DatasetStatistics,
  Distribution,
  JointStatistics,
  PersonSample,
} from './linting/summarize-dataset.ts';
