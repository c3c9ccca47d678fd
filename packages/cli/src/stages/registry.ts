import type { StageDefinition } from '@limber/runner';
import { trainConfigSchema } from '@limber/pose-trainer/config';
import {
  buildDatasetParameters,
  evaluateParameters,
  packParameters,
  reportParameters,
  synthesizeParameters,
} from './stage-parameters.ts';

const moduleOf = (file: string): string => new URL(file, import.meta.url).href;

/** The stages that a pipeline can name in `uses`. */
export const stages: readonly StageDefinition[] = [
  { name: 'synthesize', module: moduleOf('./synthesize.js'), params: synthesizeParameters },
  { name: 'build-dataset', module: moduleOf('./build-dataset.js'), params: buildDatasetParameters },
  { name: 'pack', module: moduleOf('./pack.js'), params: packParameters },
  {
    name: 'train',
    module: moduleOf('./train.js'),
    params: trainConfigSchema,
    resumable: true,
    extending: ['epochs'],
  },
  { name: 'evaluate', module: moduleOf('./evaluate.js'), params: evaluateParameters },
  { name: 'report', module: moduleOf('./report.js'), params: reportParameters },
];
