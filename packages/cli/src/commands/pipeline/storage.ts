import { InvalidArgumentError, Option } from 'commander';
import type { Command } from 'commander';
import type { GarbageOptions } from '@limber/runner';
import { printJson } from '../../print-json.ts';
import { repeated } from './repeated.ts';

interface ShareOptions {
  readonly set: readonly string[];
  readonly remote?: string;
  readonly json?: true;
}

interface CollectOptions {
  readonly olderThan?: number;
  readonly maxSize?: number;
  readonly json?: true;
}

/** `limber pipeline push | pull | clean | gc`. */
export function addPipelineStorage(pipeline: Command): void {
  for (const direction of ['push', 'pull'] as const) {
    const where = direction === 'push' ? 'to' : 'from';
    pipeline
      .command(direction)
      .description(`copy the outputs of a pipeline ${where} the remote store`)
      .argument('<name>')
      .option('--set <key=value>', 'give a parameter another value', repeated, [])
      .option('--remote <place>', "a folder or s3:// place, instead of the pipeline's own")
      .option('--json', 'print one JSON document')
      .action((name: string, options: ShareOptions) => share(direction, name, options));
  }
  pipeline
    .command('clean')
    .description('remove the working folders of a pipeline, so that training starts anew')
    .argument('<name>')
    .action(async (name: string) => {
      const { cleanPipeline } = await import('@limber/runner');
      const removed = await cleanPipeline({ pipeline: name, workspace: process.cwd() });
      for (const folder of removed) process.stdout.write(`removed ${folder}\n`);
    });
  pipeline
    .command('gc')
    .description('remove what no run refers to any more from the store')
    .addOption(
      new Option(
        '--older-than <time>',
        'also what was not used for so long, such as 30d',
      ).argParser((text) => parseAmount(text, { s: 1e3, m: 6e4, h: 36e5, d: 864e5 }, '30d')),
    )
    .addOption(
      new Option(
        '--max-size <size>',
        'also what was not used for longest, until this is left',
      ).argParser((text) => parseAmount(text, { MB: 1e6, GB: 1e9, TB: 1e12 }, '20GB')),
    )
    .option('--json', 'print one JSON document')
    .action(collect);
}

async function share(
  direction: 'push' | 'pull',
  name: string,
  { set, remote, json }: ShareOptions,
): Promise<void> {
  const { findPipeline, sharePipeline } = await import('@limber/runner');
  const { stages } = await import('../../stages/registry.ts');
  const workspace = process.cwd();
  const shared = await sharePipeline(direction, {
    file: findPipeline(name, workspace),
    stages,
    overrides: set,
    workspace,
    ...(remote === undefined ? {} : { remote }),
  });
  if (json === true) return printJson(shared);
  const lines = [
    ...shared.stages.map((stage) => `${stage}: is here and at ${shared.place}`),
    ...shared.missing.map((stage) => `${stage}: nothing to ${direction}`),
  ];
  process.stdout.write(lines.map((line) => `${line}\n`).join(''));
}

async function collect({ olderThan, maxSize, json }: CollectOptions): Promise<void> {
  const { collectGarbage } = await import('@limber/runner');
  const options: GarbageOptions = {
    workspace: process.cwd(),
    ...(olderThan === undefined ? {} : { olderThanMs: olderThan }),
    ...(maxSize === undefined ? {} : { maxBytes: maxSize }),
  };
  const collected = await collectGarbage(options);
  if (json === true) return printJson(collected);
  const { artifacts, objects, workFolders, freedBytes } = collected;
  const megabytes = (freedBytes / 1e6).toFixed(1);
  process.stdout.write(
    `removed ${artifacts} artifacts, ${objects} files (${megabytes} MB), ${workFolders} working folders\n`,
  );
}

function parseAmount(
  text: string,
  units: Readonly<Record<string, number>>,
  example: string,
): number {
  const [, amount, unit = ''] = /^(\d+(?:\.\d+)?)([A-Za-z]+)$/.exec(text) ?? [];
  const factor = units[unit];
  if (amount !== undefined && factor !== undefined) return Number(amount) * factor;
  throw new InvalidArgumentError(`Expected an amount such as ${example}.`);
}
