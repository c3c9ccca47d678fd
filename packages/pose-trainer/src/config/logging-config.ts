import { z } from 'zod';
import { strictObject } from './strict-object.ts';

const xAxis = z.enum(['step', 'epoch', 'samples', 'seconds']);

/** What is logged besides metrics.jsonl; each field is described in {@link loggingConfigSchema}. */
export interface LoggingSettings {
  readonly csv: boolean;
  readonly tensorboard: {
    readonly xAxis: 'step' | 'epoch' | 'samples' | 'seconds';
    readonly images: number;
    readonly histogramEveryEpochs: number;
  } | null;
  readonly mlflow: {
    readonly trackingUri: string;
    readonly experimentName: string;
    readonly runName: string;
    readonly xAxis: 'step' | 'epoch' | 'samples' | 'seconds';
  } | null;
}

/** Nothing of it changes what a training computes. */
export const loggingConfigSchema: z.ZodType<LoggingSettings> = strictObject({
  csv: z.boolean().default(false).describe('Writes metrics.csv beside metrics.jsonl.'),
  tensorboard: strictObject({
    xAxis: xAxis.default('step').describe('What curves are drawn over.'),
    images: z
      .int()
      .min(0)
      .default(0)
      .describe('Persons that are drawn with their predicted and true joints in each validation.'),
    histogramEveryEpochs: z
      .int()
      .min(0)
      .default(0)
      .describe('Epochs between histograms of all weights; 0: none.'),
  })
    .nullable()
    .default(null)
    .describe('Writes event files into tensorboard/ beside metrics.jsonl; null: none.'),
  mlflow: strictObject({
    trackingUri: z.url().describe('Such as http://localhost:5000.'),
    experimentName: z.string().min(1).default('limber').describe('Made when there is none.'),
    runName: z.string().min(1).default('train').describe('Shown in the list of runs.'),
    xAxis: xAxis.default('step').describe('What curves are drawn over.'),
  })
    .nullable()
    .default(null)
    .describe('Sends metrics to an MLflow server; MLFLOW_TRACKING_TOKEN is its token. null: no.'),
}).prefault({});
