import type { DatasetStatistics, Distribution } from '@limber/dataset-builder';
import { writeFileAtomic } from '@limber/files';
import type { Command } from 'commander';
import type { ReadOptions } from '../../options/dataset-options.ts';
import { addReadOptions, openSources } from '../../options/dataset-options.ts';
import type { JsonOption } from '../../options/shared-options.ts';
import { jsonOption, seedOption } from '../../options/shared-options.ts';
import { printResult } from '../../terminal/print-result.ts';

interface StatsCommandOptions extends ReadOptions, JsonOption {
  readonly html?: string;
  readonly seed: number;
}

/** `limber dataset stats` */
export function addStatsCommand(dataset: Command): void {
  const command = dataset
    .command('stats')
    .description('count persons, joints, boxes and how they are distributed')
    .argument('<datasets...>', 'folders or files of annotations; their formats are recognised');
  addReadOptions(command)
    .option('--html <file>', 'write a page with plots')
    .addOption(seedOption('persons for the plots', 1))
    .addOption(jsonOption())
    .action(stats);
}

async function stats(paths: readonly string[], options: StatsCommandOptions): Promise<void> {
  const { html, json, seed } = options;
  const { summarizeDataset } = await import('@limber/dataset-builder');
  const { describeMachineLabels } = await import('@limber/keypoints');
  const sources = await openSources(paths, options);
  const statistics = await summarizeDataset(sources, { seed });
  if (html !== undefined) {
    const { createStatisticsPage } = await import('../../pages/statistics-page.ts');
    await writeFileAtomic(html, createStatisticsPage(statistics));
  }
  // the samples are for the plots
  const { samples: _, ...numbers } = statistics;
  const made = describeMachineLabels(numbers.machineLabels, numbers.persons);
  const page = html === undefined ? [] : [`Page: ${html}`];
  printResult(numbers, { json, lines: () => [...describeStatistics(numbers, made), ...page] });
}

/** @param made - how many persons models labelled, if any. */
function describeStatistics(
  statistics: Omit<DatasetStatistics, 'samples'>,
  made: string | undefined,
): readonly string[] {
  const { images, persons, crowds, imagesWithoutPersons, joints } = statistics;
  const width = Math.max(...joints.map(({ joint }) => joint.length));
  const percent = (part: number): string =>
    `${persons === 0 ? 0 : Math.round((100 * part) / persons)}%`.padStart(5);
  return [
    `${images} images (${imagesWithoutPersons} without persons), ${persons} persons, ${crowds} crowds`,
    ...(made === undefined ? [] : [made]),
    describeDistribution('longer side of the box, px', statistics.boxSizePx),
    describeDistribution('width by height of the box', statistics.aspectRatio),
    describeCounts('persons an image', statistics.personsPerImage),
    describeCounts('joints a person', statistics.jointsPerPerson),
    `${'joint'.padEnd(width)} visible hidden not labelled`,
    ...joints.map(
      ({ joint, visible, hidden, notLabelled }) =>
        `${joint.padEnd(width)}   ${percent(visible)}  ${percent(hidden)}        ${percent(notLabelled)}`,
    ),
  ];
}

function describeDistribution(name: string, distribution: Distribution | null): string {
  if (distribution === null) return `${name}: none`;
  const { least, quarter, median, threeQuarters, most, mean } = distribution;
  const values = [least, quarter, median, threeQuarters, most].map(shorten).join(' · ');
  return `${name}: ${values} (least, quartiles, most), mean ${shorten(mean)}`;
}

function shorten(value: number): string {
  return String(Number(value.toPrecision(3)));
}

function describeCounts(name: string, counts: Readonly<Record<string, number>>): string {
  const listed = Object.entries(counts).map(([key, count]) => `${key}: ${count}`);
  return `${name}: ${listed.join(', ') || 'none'}`;
}
