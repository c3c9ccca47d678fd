import { join } from 'node:path';
import type { Logger } from '@limber/trainer';
import {
  createCsvLogger,
  createJsonlLogger,
  createMlflowLogger,
  createTensorboardLogger,
} from '@limber/trainer';
import type { TrainConfig } from '../configuration/train-config.ts';

/** Names a bearer token for MLflow, as MLflow's own client has it. */
const tokenVariable = 'MLFLOW_TRACKING_TOKEN';

/** `metrics.jsonl`, and the loggers that a configuration asks for besides. */
export function createTrainingLoggers(
  config: TrainConfig,
  folder: string,
  warn: (message: string) => void,
): Logger[] {
  const { csv, tensorboard, mlflow } = config.logging;
  const token = process.env[tokenVariable];
  return [
    createJsonlLogger(join(folder, 'metrics.jsonl')),
    ...(csv ? [createCsvLogger(join(folder, 'metrics.csv'))] : []),
    ...(tensorboard === null
      ? []
      : [createTensorboardLogger(join(folder, 'tensorboard'), { xAxis: tensorboard.xAxis })]),
    ...(mlflow === null
      ? []
      : [
          createMlflowLogger({
            ...mlflow,
            ...(token === undefined ? {} : { token }),
            params: flatten('', config),
            warn,
          }),
        ]),
  ];
}

/** `{ optimizer: { type: 'adam' } }` as `{ 'optimizer.type': 'adam' }`. */
function flatten(prefix: string, value: unknown): Record<string, string> {
  const isRecord = typeof value === 'object' && value !== null && !Array.isArray(value);
  if (!isRecord) return { [prefix]: JSON.stringify(value) };
  const parts = Object.entries(value).map(([key, part]) =>
    flatten(prefix === '' ? key : `${prefix}.${key}`, part),
  );
  return Object.assign({}, ...parts) as Record<string, string>;
}
