import type { Logger, RunOutcome } from '../logger.ts';
import type { XAxis } from '../x-axes.ts';
import { createXAxes } from '../x-axes.ts';
import type { MlflowMetric, MlflowStatus } from './mlflow-client.ts';
import { createMlflowClient } from './mlflow-client.ts';

/** Where a training is tracked. */
export interface MlflowLoggerOptions {
  /** Such as `http://localhost:5000`. */
  readonly trackingUri: string;
  readonly experimentName: string;
  readonly runName: string;
  /** Sent as a bearer token. */
  readonly token?: string;
  /** Settings of the run, shown beside its metrics. */
  readonly params?: Readonly<Record<string, string>>;
  readonly xAxis?: XAxis;
  /** Called when the server cannot be reached: training goes on, and the metrics are sent later. */
  readonly warn: (message: string) => void;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

const statusOf: Readonly<Record<RunOutcome, MlflowStatus>> = {
  finished: 'FINISHED',
  interrupted: 'KILLED',
  failed: 'FAILED',
};

/**
 * Sends metrics to an MLflow server, when a checkpoint is saved and at the end. Numbers that are not finite are left out.
 *
 * A resumed fit goes on in the same run, and sends nothing that the run has already. Metrics that wait for a server
 * are lost when the process ends before it is back.
 */
export function createMlflowLogger({
  trackingUri,
  experimentName,
  runName,
  token,
  params = {},
  xAxis = 'step',
  warn,
  now = () => Date.now(),
}: MlflowLoggerOptions): Logger {
  const client = createMlflowClient(trackingUri, token ?? null);
  const axes = createXAxes([xAxis], now);
  let runId: string | null = null;
  let hasParams = false;
  let waiting: MlflowMetric[] = [];
  let sent: ReadonlyMap<string, number> = new Map();

  const begin = async (): Promise<string> => {
    if (runId === null) {
      const experimentId = await client.experimentId(experimentName);
      runId = await client.createRun(experimentId, runName, now());
    }
    if (!hasParams) await client.logBatch(runId, [], params);
    hasParams = true;
    return runId;
  };
  const flush = async (): Promise<void> => {
    const lines = waiting;
    try {
      const run = await begin();
      await client.logBatch(run, lines, {});
      waiting = waiting.slice(lines.length);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      warn(`${lines.length} metrics wait for MLflow at ${trackingUri}: ${reason}`);
    }
  };

  return {
    type: 'mlflow',
    open: async (state) => {
      axes.open(state);
      waiting = [];
      const before = state?.['runId'];
      runId = typeof before === 'string' ? before : null;
      try {
        sent = runId === null ? new Map() : await client.newestSteps(runId);
        await client.updateRun(await begin(), 'RUNNING', null);
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        warn(`MLflow at ${trackingUri} cannot be reached; metrics wait: ${reason}`);
      }
    },
    logMetrics: (metrics, at) => {
      const step = Math.round(axes.valuesOf(at)[xAxis]!);
      for (const [key, value] of Object.entries(metrics)) {
        const isNew = step > (sent.get(key) ?? -1);
        if (isNew && Number.isFinite(value)) waiting.push({ key, value, timestamp: now(), step });
      }
    },
    getState: () => ({ ...(runId === null ? {} : { runId }), ...axes.getState() }),
    sync: flush,
    close: async (outcome = 'finished') => {
      await flush();
      if (runId === null || waiting.length > 0) return;
      await client.updateRun(runId, statusOf[outcome], now()).catch((error: unknown) => {
        warn(`The MLflow run ${runId} could not be closed: ${String(error)}`);
      });
    },
  };
}
