import { z } from 'zod';
import { strictObject } from './strict-object.ts';

const xAxis = z
  .enum(['step', 'epoch', 'samples', 'seconds'])
  .default('step')
  .describe('What curves are drawn over.');

/** Logs besides `metrics.jsonl`. Nothing of it changes what a training computes. */
export const loggingSchema = strictObject({
  csv: z.boolean().default(false).describe('Writes metrics.csv beside metrics.jsonl.'),
  tensorboard: strictObject({
    xAxis,
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
    experimentName: z.string().min(1).default('limber').describe('Created if there is none.'),
    runName: z.string().min(1).default('train').describe('Shown in the list of runs.'),
    xAxis,
  })
    .nullable()
    .default(null)
    .describe('Sends metrics to an MLflow server; MLFLOW_TRACKING_TOKEN is its token. null: none.'),
}).prefault({});
