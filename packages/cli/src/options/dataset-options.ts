import type {
  BuildOptions,
  FormatName,
  GroupRule,
  OpenOptions,
  Source,
} from '@limber/dataset-builder';
import type { Command } from 'commander';
import { Option } from 'commander';
import { wholeNumber } from './option-values.ts';

/** What every command that reads a dataset can be told. */
export interface ReadOptions {
  readonly format?: FormatName;
  readonly images?: string;
  readonly skeleton?: string;
  readonly joints?: string;
  readonly strict: boolean;
}

/** What every command that writes a dataset can be told. */
export interface WriteOptions {
  readonly onBadImage: 'throw' | 'skip';
  readonly skipLimit?: number | undefined;
  readonly groupBy: string;
  readonly allowDuplicates: boolean;
  readonly annotationsOnly: boolean;
}

const formatNames: readonly FormatName[] = [
  'coco',
  'yolo-pose',
  'cvat',
  'label-studio',
  'labelme',
  'mpii',
  'video',
  'images',
];
const groupRules: readonly GroupRule[] = ['auto', 'folder', 'prefix', 'none'];

/** `--format`, `--images`, `--skeleton`, `--joints`, `--strict` */
export function addReadOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--format <name>', 'of the annotations (default: recognised)').choices(
        formatNames,
      ),
    )
    .option('--images <folder>', 'where the images are (default: found below the annotations)')
    .option(
      '--skeleton <file>',
      'a category as JSON: keypoints, and sigmas, pairs, groups and limbs',
    )
    .option('--joints <name|file>', 'take joints over by name: coco-17, mpii-16 or a skeleton file')
    .option('--strict', 'refuse what would only be warned of', false);
}

/** `--on-bad-image`, `--skip-limit`, `--group-by`, `--allow-duplicates`, `--annotations-only` */
export function addWriteOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--on-bad-image <policy>', 'an image that is missing, damaged or of another size')
        .choices(['throw', 'skip'])
        .default('throw'),
    )
    .option('--skip-limit <n>', 'how many images may be skipped (default: a tenth)', wholeNumber(0))
    .option(
      '--group-by <rule>',
      'what stays in one split: auto, folder, prefix, none, or a field of the images',
      'auto',
    )
    .option('--allow-duplicates', 'let two splits hold the same image', false)
    .option('--annotations-only', 'neither read nor copy the images', false);
}

/** The options of `buildDataset` that a user gave. */
export function toBuildOptions(
  options: WriteOptions,
): Pick<BuildOptions, 'onBadImage' | 'skipLimit' | 'groupBy' | 'onDuplicates' | 'annotationsOnly'> {
  const { onBadImage, skipLimit, groupBy, allowDuplicates, annotationsOnly } = options;
  return {
    onBadImage,
    ...(skipLimit === undefined ? {} : { skipLimit }),
    groupBy: isGroupRule(groupBy) ? groupBy : 'auto',
    onDuplicates: allowDuplicates ? 'allow' : 'throw',
    annotationsOnly,
  };
}

/** The field of images that names their groups, if that is what `--group-by` says. */
export function groupFieldOf(groupBy: string): Pick<OpenOptions, 'groupField'> {
  return isGroupRule(groupBy) ? {} : { groupField: groupBy };
}

function isGroupRule(text: string): text is GroupRule {
  return (groupRules as readonly string[]).includes(text);
}

/** Opens datasets as one list of sources, and says on standard error what was decided. */
export async function openSources(
  paths: readonly string[],
  { joints, ...options }: OpenOptions & { readonly joints?: string },
): Promise<readonly Source[]> {
  const { openDataset, readJoints, remapJoints } = await import('@limber/dataset-builder');
  const target = joints === undefined ? undefined : await readJoints(joints);
  const sources: Source[] = [];
  for (const path of paths) {
    const opened = await openDataset(path, options);
    for (const decision of opened.decisions) process.stderr.write(`${decision}\n`);
    sources.push(...opened.sources);
  }
  return target === undefined ? sources : sources.map((source) => remapJoints(source, target));
}
