/** A metric as MLflow takes it. */
export interface MlflowMetric {
  readonly key: string;
  readonly value: number;
  /** Milliseconds since 1970. */
  readonly timestamp: number;
  readonly step: number;
}

/** How a run stands. */
export type MlflowStatus = 'RUNNING' | 'FINISHED' | 'KILLED' | 'FAILED';

/** The part of MLflow's REST interface that a training needs. */
export interface MlflowClient {
  /** The id of an experiment, which is created when there is none of that name. */
  experimentId(name: string): Promise<string>;
  createRun(experimentId: string, runName: string, startTime: number): Promise<string>;
  /** Newest step of each metric that the run has. */
  newestSteps(runId: string): Promise<ReadonlyMap<string, number>>;
  logBatch(
    runId: string,
    metrics: readonly MlflowMetric[],
    params: Readonly<Record<string, string>>,
  ): Promise<void>;
  updateRun(runId: string, status: MlflowStatus, endTime: number | null): Promise<void>;
}

/** A server that does not answer must not hold up training for long. */
const timeoutMs = 10_000;
/** What one request may hold. */
const metricsPerRequest = 1000;
const paramsPerRequest = 100;

/**
 * Talks to an MLflow tracking server.
 *
 * @param trackingUri - such as `http://localhost:5000`.
 * @param token - sent as a bearer token, if there is one.
 * @see MLflow's REST API 2.0.
 */
export function createMlflowClient(trackingUri: string, token: string | null): MlflowClient {
  const call = async (method: 'GET' | 'POST', path: string, body: object): Promise<unknown> => {
    const url = new URL(`${trackingUri.replace(/\/$/, '')}/api/2.0/mlflow/${path}`);
    if (method === 'GET') {
      for (const [key, value] of Object.entries(body)) url.searchParams.set(key, String(value));
    }
    const response = await fetch(url, {
      method,
      signal: AbortSignal.timeout(timeoutMs),
      headers: {
        'content-type': 'application/json',
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      },
      ...(method === 'POST' ? { body: JSON.stringify(body) } : {}),
    });
    if (response.ok) return response.json();
    const text = await response.text();
    throw new MlflowError(
      response.status,
      `MLflow answered ${response.status} to ${path}: ${text}`,
    );
  };

  return {
    experimentId: async (name) => {
      const query = { experiment_name: name };
      const found = await call('GET', 'experiments/get-by-name', query).catch((error: unknown) => {
        if (error instanceof MlflowError && error.status === 404) return null;
        throw error;
      });
      if (found !== null) {
        return (found as { experiment: { experiment_id: string } }).experiment.experiment_id;
      }
      const made = await call('POST', 'experiments/create', { name });
      return (made as { experiment_id: string }).experiment_id;
    },
    createRun: async (experimentId, runName, startTime) => {
      const body = { experiment_id: experimentId, run_name: runName, start_time: startTime };
      const made = await call('POST', 'runs/create', body);
      return (made as { run: { info: { run_id: string } } }).run.info.run_id;
    },
    newestSteps: async (runId) => {
      const found = (await call('GET', 'runs/get', { run_id: runId })) as {
        run: { data: { metrics?: readonly { key: string; step: number | string }[] } };
      };
      const metrics = found.run.data.metrics ?? [];
      return new Map(metrics.map(({ key, step }) => [key, Number(step)]));
    },
    logBatch: async (runId, metrics, params) => {
      const entries = Object.entries(params).map(([key, value]) => ({ key, value }));
      const log = (part: object): Promise<unknown> =>
        call('POST', 'runs/log-batch', { run_id: runId, ...part });
      for (const part of partsOf(entries, paramsPerRequest)) await log({ params: part });
      for (const part of partsOf(metrics, metricsPerRequest)) await log({ metrics: part });
    },
    updateRun: async (runId, status, endTime) => {
      const end = endTime === null ? {} : { end_time: endTime };
      await call('POST', 'runs/update', { run_id: runId, status, ...end });
    },
  };
}

function partsOf<Item>(items: readonly Item[], size: number): Item[][] {
  const count = Math.ceil(items.length / size);
  return Array.from({ length: count }, (_, at) => items.slice(at * size, (at + 1) * size));
}

/** An answer that is no success. */
class MlflowError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}
