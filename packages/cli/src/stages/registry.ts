import type { BackendChoice } from '@limber/engine/backends';
import type { TrainConfig } from '@limber/pose-trainer/config';
import { ownCodeOf } from '@limber/pose-trainer/config';
import type { StageDefinition } from '@limber/runner';
import buildDataset from './build-dataset.ts';
import type { EvaluateParameters } from './evaluate.ts';
import evaluate from './evaluate.ts';
import label from './label.ts';
import joinShards from './join-shards.ts';
import pack from './pack.ts';
import report from './report.ts';
import synthesize from './synthesize.ts';
import train from './train.ts';

async function environmentOf(
  {
    engine: backend,
    precision,
  }: {
    readonly engine: BackendChoice;
    readonly precision: TrainConfig['trainer']['precision'];
  },
  { isDryRun }: { readonly isDryRun: boolean },
): Promise<Readonly<Record<string, string>>> {
  const { noticeOfEngine, readEngineEnvironment } = await import('@limber/engine/environment');
  const environment = await readEngineEnvironment({
    backend,
    precision,
    provision: !isDryRun,
  });
  const notice = await noticeOfEngine(backend);
  if (notice !== undefined && !noticed.has(notice)) {
    noticed.add(notice);
    process.stderr.write(`${notice}\n`);
  }
  return environment;
}

/** What was said already: two stages ask for the same engine. */
const noticed = new Set<string>();

const moduleOf = (file: string): string => new URL(file, import.meta.url).href;

/**
 * The stages that a pipeline can name in `uses`. Every command about pipelines loads their modules
 * for the schemas, so a module imports what its `run` needs when it runs.
 */
export const stages: readonly StageDefinition[] = [
  {
    name: 'synthesize',
    module: moduleOf('./synthesize.js'),
    params: synthesize.params,
    resumable: true,
  },
  {
    name: 'label',
    module: moduleOf('./label.js'),
    params: label.params,
    resumable: true,
    environmentOf: (_, how) => environmentOf({ engine: 'auto', precision: '32' }, how),
  },
  { name: 'build-dataset', module: moduleOf('./build-dataset.js'), params: buildDataset.params },
  { name: 'pack', module: moduleOf('./pack.js'), params: pack.params },
  { name: 'join-shards', module: moduleOf('./join-shards.js'), params: joinShards.params },
  {
    name: 'train',
    module: moduleOf('./train.js'),
    params: train.params,
    resumable: true,
    extending: ['epochs'],
    codeOf: (params) => ownCodeOf(params as TrainConfig),
    environmentOf: (params, how) => {
      const { engine, trainer } = params as TrainConfig;
      return environmentOf({ engine, precision: trainer.precision }, how);
    },
  },
  {
    name: 'evaluate',
    module: moduleOf('./evaluate.js'),
    params: evaluate.params,
    environmentOf: (params, how) => {
      const { engine } = params as EvaluateParameters;
      return environmentOf({ engine, precision: '32' }, how);
    },
  },
  { name: 'report', module: moduleOf('./report.js'), params: report.params },
];
