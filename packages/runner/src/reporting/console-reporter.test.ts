import { expect, it } from 'vitest';
import type { PipelineEvent } from '../events.ts';
import type { StageReport } from '../pipeline-result.ts';
import { createConsoleReporter } from './console-reporter.ts';

const trainReport: StageReport = {
  name: 'train',
  outcome: 'ran',
  seconds: 125.4,
  because: ['params.train.lr: 0.1 → 0.2'],
  fingerprint: 'f',
  metrics: { AP: 0.812345, steps: 100 },
  outputs: {},
};

const line = (text: string, source: 'progress' | 'output' = 'progress'): PipelineEvent => ({
  type: 'stage-line',
  stage: 'train',
  line: text,
  source,
});

function write(
  events: readonly (PipelineEvent | number)[],
  stream: { readonly isTTY?: boolean; readonly columns?: number } = {},
  environment: Readonly<Record<string, string>> = { FORCE_COLOR: 'true' },
): string {
  let written = '';
  let time = 0;
  const sink = { ...stream, write: (text: string) => (written += text) };
  const report = createConsoleReporter(sink, { now: () => time, environment });
  for (const event of events) {
    if (typeof event === 'number') time += event;
    else report(event);
  }
  return written;
}

it('writes plain lines where there is no terminal, and progress every few seconds', () => {
  expect(
    write([
      { type: 'pipeline-started', pipeline: 'squat', stages: ['train'], isDryRun: false },
      { type: 'stage-started', stage: 'train', because: trainReport.because, isResumed: true },
      line('loading', 'output'),
      line('epoch 1'),
      5_000,
      line('noise', 'output'),
      line('epoch 2'),
      { type: 'interrupting', signal: 'SIGINT' },
      { type: 'stage-finished', report: trainReport },
      {
        type: 'pipeline-finished',
        result: {
          pipeline: 'squat',
          outcome: 'done',
          stages: [trainReport],
          metrics: {},
          pipelineParams: {},
          runDir: '/w/runs/squat/1',
          seconds: 130,
        },
      },
    ]),
  ).toBe(`pipeline squat: 1 stage
train: goes on where it was left
  params.train.lr: 0.1 → 0.2
train: loading
train: epoch 2
SIGINT: stages are saving. Send it again to end them at once.
train: done in 2 min 5 s · AP 0.8123 · steps 100
pipeline squat: done in 2 min 10 s (1 ran)
  /w/runs/squat/1
`);
});

it('writes over the line of progress in a terminal, within its width', () => {
  const events = [
    line('epoch 1'),
    line('epoch 22222'),
    { type: 'stage-finished', report: trainReport } as const,
  ];
  expect(write(events, { isTTY: true, columns: 16 }, { NO_COLOR: '1' })).toBe(
    'train: epoch 1\r\u001B[2Ktrain: epoch 22\r\u001B[2Ktrain: done in 2 min 5 s · AP 0.8123 · steps 100\n',
  );
  expect(write(events, { isTTY: true })).toContain('\u001B[32mdone\u001B[39m');
});

it('says of each outcome what a person has to know', () => {
  const finished = (report: Partial<StageReport>): PipelineEvent => ({
    type: 'stage-finished',
    report: { ...trainReport, seconds: 1, metrics: {}, ...report },
  });
  const many = Array.from({ length: 10 }, (_, index) => `cause ${index}`);
  expect(
    write([
      finished({ outcome: 'cached', because: [], metrics: { AP: 1 } }),
      finished({ outcome: 'cached', because: ['fetched from s3://ours/'] }),
      finished({ outcome: 'skipped', because: ['needs "pack", which failed'] }),
      finished({ outcome: 'interrupted' }),
      finished({ outcome: 'interrupted', error: 'the lease is lost' }),
      finished({ outcome: 'failed', error: 'no luck', lastLines: ['a', 'b'], logFile: '/log' }),
      finished({ outcome: 'run', because: many }),
    ]),
  ).toBe(`train: unchanged · AP 1
train: unchanged, fetched from s3://ours/
train: skipped, needs "pack", which failed
train: interrupted after 1.0 s
train: interrupted after 1.0 s: the lease is lost
train: failed after 1.0 s: no luck
  | a
  | b
  log: /log
train: would run
${many
  .slice(0, 8)
  .map((cause) => `  ${cause}`)
  .join('\n')}
  and 2 more causes
`);
});

it('says for whom it waits', () => {
  const waiting = { pid: 41, host: 'box', work: 'limber pipeline gc', silentMs: 2_100 };
  const stage = { ...waiting, work: 'stage "train" of pipeline squat' };
  expect(
    write([
      { type: 'store-waiting', ...waiting },
      { type: 'stage-waiting', stage: 'train', ...stage },
    ]),
  )
    .toBe(`waiting for process 41 on box, which is busy with limber pipeline gc (its heartbeat is 2 s old)
train: waiting for process 41 on box, which is busy with stage "train" of pipeline squat (its heartbeat is 2 s old)
`);
});
