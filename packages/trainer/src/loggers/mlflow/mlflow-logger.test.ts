import type { Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { LogPoint } from '../logger.ts';
import type { MlflowLoggerOptions } from './mlflow-logger.ts';
import { createMlflowLogger } from './mlflow-logger.ts';

interface Metric {
  readonly key: string;
  readonly value: number;
  readonly step: number;
}

/** What a tracking server keeps, and what it was asked. */
interface Tracking {
  readonly experiments: Map<string, string>;
  readonly metrics: Metric[];
  readonly params: Record<string, string>;
  status: string;
  runs: number;
  authorization: string | undefined;
  isDown: boolean;
  /** Batches that fail, of those to come. */
  lostBatches: number;
  /** Experiment of each run. */
  readonly runsIn: string[];
  /** How many metrics and settings each batch had. */
  readonly batchSizes: number[];
  /** Bodies of `runs/update`. */
  readonly updates: object[];
  /** What was asked in the address of a POST. */
  readonly queriesOfPosts: string[];
  canUpdate: boolean;
}

let tracking: Tracking;
let server: Server;
let trackingUri: string;

/** Answers as MLflow's REST API 2.0 describes it. */
function answer(path: string, body: Record<string, never>): [status: number, answer: object] {
  switch (path) {
    case 'experiments/get-by-name': {
      const id = tracking.experiments.get(body['experiment_name']!);
      if (id === undefined) return [404, { error_code: 'RESOURCE_DOES_NOT_EXIST' }];
      return [200, { experiment: { experiment_id: id } }];
    }
    case 'experiments/create':
      tracking.experiments.set(body['name']!, '7');
      return [200, { experiment_id: '7' }];
    case 'runs/create':
      tracking.runs++;
      tracking.runsIn.push(body['experiment_id']!);
      return [200, { run: { info: { run_id: `run-${tracking.runs}` } } }];
    case 'runs/get': {
      const newest = new Map(tracking.metrics.map((metric) => [metric.key, metric]));
      return [200, { run: { data: { metrics: [...newest.values()] } } }];
    }
    case 'runs/log-batch': {
      if (tracking.lostBatches-- > 0) return [503, {}];
      const { metrics = [], params = [] } = body as {
        metrics?: Metric[];
        params?: { key: string; value: string }[];
      };
      tracking.metrics.push(...metrics);
      tracking.batchSizes.push(metrics.length + params.length);
      for (const { key, value } of params) tracking.params[key] = value;
      return [200, {}];
    }
    case 'runs/update':
      if (!tracking.canUpdate) return [500, {}];
      tracking.updates.push(body);
      tracking.status = body['status']!;
      return [200, {}];
    default:
      return [404, {}];
  }
}

beforeEach(async () => {
  tracking = {
    experiments: new Map(),
    metrics: [],
    params: {},
    status: '',
    runs: 0,
    authorization: undefined,
    isDown: false,
    lostBatches: 0,
    runsIn: [],
    batchSizes: [],
    updates: [],
    queriesOfPosts: [],
    canUpdate: true,
  };
  server = createServer((request, response) => {
    const url = new URL(request.url!, 'http://localhost');
    let text = '';
    request.on('data', (part: Buffer) => (text += part.toString()));
    request.on('end', () => {
      tracking.authorization = request.headers.authorization;
      if (request.method === 'POST') tracking.queriesOfPosts.push(url.search);
      const query = Object.fromEntries(url.searchParams);
      const body = (text === '' ? query : JSON.parse(text)) as Record<string, never>;
      const [status, content] = tracking.isDown
        ? [503, {}]
        : answer(url.pathname.replace('/api/2.0/mlflow/', ''), body);
      response.writeHead(status).end(JSON.stringify(content));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  trackingUri = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => new Promise((resolve) => server.close(resolve)));

const at = (step: number): LogPoint => ({ step, epoch: 0, samples: 8 * step });

function create(options: Partial<MlflowLoggerOptions> = {}) {
  const warnings: string[] = [];
  const logger = createMlflowLogger({
    trackingUri,
    experimentName: 'squat',
    runName: 'first',
    warn: (message) => warnings.push(message),
    now: () => 1000,
    ...options,
  });
  return { logger, warnings };
}

test('metrics and settings arrive in a run of the experiment, which ends finished', async () => {
  const { logger, warnings } = create({ params: { 'optimizer.type': '"adam"' }, token: 'secret' });
  await logger.open(null);
  logger.logMetrics({ loss: 0.5, 'val/AP': Number.NaN }, at(1));
  logger.logMetrics({ loss: 0.25 }, at(2));
  expect(tracking.metrics).toEqual([]);
  await logger.sync();
  expect(tracking).toMatchObject({
    metrics: [
      { key: 'loss', value: 0.5, step: 1, timestamp: 1000 },
      { key: 'loss', value: 0.25, step: 2, timestamp: 1000 },
    ],
    params: { 'optimizer.type': '"adam"' },
    status: 'RUNNING',
    authorization: 'Bearer secret',
  });
  await logger.close();
  expect([tracking.status, warnings]).toEqual(['FINISHED', []]);
});

test('a resumed fit goes on in the same run, and sends nothing twice', async () => {
  const { logger: first } = create();
  await first.open(null);
  first.logMetrics({ loss: 3 }, at(1));
  const state = first.getState();
  first.logMetrics({ loss: 2 }, at(2));
  await first.close();

  const { logger: second } = create();
  await second.open(state);
  for (const step of [2, 3]) second.logMetrics({ loss: 4 - step }, at(step));
  await second.close();
  expect(tracking.runs).toBe(1);
  expect(tracking.metrics.map(({ step, value }) => [step, value])).toEqual([
    [1, 3],
    [2, 2],
    [3, 1],
  ]);
});

test('a server that is down is warned of, and gets the metrics when it is back', async () => {
  tracking.isDown = true;
  const { logger, warnings } = create();
  await logger.open(null);
  logger.logMetrics({ loss: 1 }, at(1));
  await logger.sync();
  expect(warnings).toEqual([
    `MLflow at ${trackingUri} cannot be reached; metrics wait: MLflow answered 503 to experiments/get-by-name: {}`,
    `1 metrics wait for MLflow at ${trackingUri}: MLflow answered 503 to experiments/get-by-name: {}`,
  ]);
  tracking.isDown = false;
  await logger.close();
  expect(tracking).toMatchObject({ metrics: [{ key: 'loss', step: 1 }], status: 'FINISHED' });
});

test('settings that did not arrive are sent again', async () => {
  const { logger } = create({ params: { seed: '3' } });
  tracking.lostBatches = 1;
  await logger.open(null);
  expect(tracking.params).toEqual({});
  await logger.sync();
  await logger.close();
  expect([tracking.params, tracking.runs]).toEqual([{ seed: '3' }, 1]);
});

test('an experiment that is there already gets the run, and nothing is sent in an address or as a token', async () => {
  tracking.experiments.set('squat', '3');
  const { logger } = create({ params: { seed: '3' } });
  await logger.open(null);
  // the settings come at once, and once
  expect(tracking).toMatchObject({ params: { seed: '3' }, batchSizes: [1] });
  await logger.sync();
  await logger.close();
  expect(tracking).toMatchObject({
    runsIn: ['3'],
    batchSizes: [1],
    updates: [
      { run_id: 'run-1', status: 'RUNNING' },
      { run_id: 'run-1', status: 'FINISHED', end_time: 1000 },
    ],
  });
  expect(tracking.updates[0]).not.toHaveProperty('end_time');
  expect(new Set(tracking.queriesOfPosts)).toEqual(new Set(['']));
  expect(tracking.authorization).toBeUndefined();
});

test('what one request may not hold is sent in several', async () => {
  const names = Array.from({ length: 250 }, (_, at) => `p${at}`);
  const { logger } = create({ params: Object.fromEntries(names.map((name) => [name, name])) });
  await logger.open(null);
  for (let step = 1; step <= 2500; step++) logger.logMetrics({ loss: step }, at(step));
  await logger.close();
  expect(tracking.batchSizes).toEqual([100, 100, 50, 1000, 1000, 500]);
  expect(Object.keys(tracking.params)).toEqual(names);
  expect(tracking.metrics.map(({ step }) => step)).toEqual(
    Array.from({ length: 2500 }, (_, index) => index + 1),
  );
});

test('a run that has never begun, or whose metrics still wait, is not said to have ended', async () => {
  tracking.isDown = true;
  const { logger, warnings } = create();
  await logger.open(null);
  expect(logger.getState()).toEqual({});
  await logger.close();
  expect(warnings.map((line) => line.split(':')[0])).toEqual([
    'MLflow at http',
    '0 metrics wait for MLflow at http',
  ]);
  tracking.isDown = false;
  const { logger: second, warnings: lines } = create();
  await second.open(null);
  second.logMetrics({ loss: 1 }, at(1));
  tracking.lostBatches = 1;
  await second.close();
  expect(tracking.status).toBe('RUNNING');
  expect(lines).toHaveLength(1);
});

test('a run that cannot be closed is warned of', async () => {
  const { logger, warnings } = create();
  await logger.open(null);
  tracking.canUpdate = false;
  await logger.close();
  expect(warnings).toEqual([
    'The MLflow run run-1 could not be closed: Error: MLflow answered 500 to runs/update: {}',
  ]);
});

test('without a clock metrics are of now', async () => {
  const before = Date.now();
  const logger = createMlflowLogger({
    trackingUri,
    experimentName: 'squat',
    runName: 'first',
    warn: () => {},
  });
  await logger.open(null);
  logger.logMetrics({ loss: 1 }, at(1));
  await logger.close();
  const [metric] = tracking.metrics as (Metric & { readonly timestamp: number })[];
  expect(metric!.timestamp).toBeGreaterThanOrEqual(before);
  expect(metric!.timestamp).toBeLessThanOrEqual(Date.now());
});

test.each([
  ['interrupted', 'KILLED'],
  ['failed', 'FAILED'],
] as const)('a run that was %s ends as %s', async (outcome, status) => {
  const { logger } = create();
  await logger.open(null);
  await logger.close(outcome);
  expect(tracking.status).toBe(status);
});
