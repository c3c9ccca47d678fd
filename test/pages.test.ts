import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CocoDataset } from '@limber/keypoints';
import { readCoco } from '@limber/keypoints';
import { synthesizeDataset } from '@limber/synthetic';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { renderPage } from '../packages/cli/src/pages/page.ts';
import { createReport } from '../packages/cli/src/report/create-report.ts';
import { evaluatePredictions } from '../packages/cli/src/report/evaluate-predictions.ts';
import { writeEvaluation } from '../packages/cli/src/report/evaluation-files.ts';
import { browserPath, startBrowser, whyNoBrowser } from './browser.ts';
import { limber } from './limber-command.ts';
import { openPage, seriousFaults, widths } from './page-checks.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const folder = mkdtempSync(join(tmpdir(), 'limber-pages-'));
const report = join(folder, 'report.html');
let browser: Browser | undefined;

afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true });
});

beforeAll(async () => {
  const data = join(folder, 'data');
  await synthesizeDataset({ out: data, seed: 3, clips: 4, framesPerClip: 2 });
  copyFileSync(join(data, 'annotations.json'), join(data, 'test.json'));
  const truth = await readCoco(join(data, 'test.json'));
  await writeEvaluation(join(folder, 'evaluation'), evaluate(truth));
  writeLogs(join(folder, 'logs'));
  const page = await createReport({
    title: 'Squats <of> "four"',
    split: 'test',
    figures: 6,
    dataset: data,
    logs: join(folder, 'logs'),
    evaluation: join(folder, 'evaluation'),
  });
  writeFileSync(report, renderPage(page));
  const [first, second] = [
    writeRun('2026-01-01T00-00-00Z', 0.1),
    writeRun('2026-01-02T00-00-00Z', 0.2),
  ];
  const compared = ['report', first, '--compare', second, '--out', 'compare.html'];
  for (const words of [['report', second, '--out', 'run.html'], compared]) {
    const { exitCode, stderr } = await limber(words, folder);
    expect(exitCode, stderr).toBe(0);
  }
  for (const command of ['lint', 'stats']) {
    const { exitCode, stdout, stderr } = await limber(
      ['dataset', command, 'data', '--html', `${command}.html`],
      folder,
    );
    expect(exitCode, stderr).toBe(0);
    expect(stdout).toMatch(new RegExp(`\nPage: ${command}\\.html\n$`));
  }
  if (browserPath === undefined) console.warn(whyNoBrowser);
  else browser = await startBrowser();
});

/** What a model might say: the true joints, each a little further off, and left for right in one person. */
function evaluate(truth: CocoDataset): ReturnType<typeof evaluatePredictions> {
  const persons = truth.annotations;
  const predictions = persons.map(({ image_id, category_id, keypoints, bbox }, index) => ({
    image_id,
    category_id,
    score: 1 - index / 20,
    keypoints: keypoints.map((value, at) =>
      at % 3 === 2 ? 1 : value + (bbox[3] * index * (at % 5)) / 200,
    ),
  }));
  return evaluatePredictions(truth, predictions, {
    pckThreshold: 0.2,
    flipTest: true,
    bootstrap: 50,
    annotationIds: persons.map(({ id }) => id),
  });
}

const digest = 'd'.repeat(64);

/** Lays a run of a pipeline around the evaluation and the logs. @returns its folder. */
function writeRun(name: string, learningRate: number): string {
  const run = join(folder, 'runs/mine', name);
  mkdirSync(run, { recursive: true });
  const stage = (of: string, outputs: Readonly<Record<string, string>>): object => ({
    name: of,
    outcome: 'ran',
    seconds: 1,
    because: [],
    fingerprint: digest,
    metrics: {},
    outputs,
    contents: Object.fromEntries(
      Object.keys(outputs).map((output) => [
        output,
        { kind: 'folder', digest, sizeBytes: 1234, fileName: output },
      ]),
    ),
    provenance: of === 'train' ? { engine: 'native-cpu TensorFlow 2.21.0' } : {},
  });
  const summary = {
    pipeline: 'mine',
    outcome: 'done',
    stages: [
      stage('build', { dataset: join(folder, 'data') }),
      stage('train', { logs: join(folder, 'logs') }),
      stage('evaluate', { evaluation: join(folder, 'evaluation') }),
    ],
    metrics: { AP: learningRate },
    pipelineParams: {},
    runDir: run,
    seconds: 12,
    startedAt: '2026-01-01T00:00:00.000Z',
    params: { train: { optimizer: { learningRate }, epochs: 3 } },
    process: 'nobody',
    provenance: {
      commit: 'c'.repeat(40),
      isDirty: true,
      machine: { host: 'here', cpu: 'one', cores: 2, memoryBytes: 2 ** 34, gpus: [] },
      versions: { node: '20.20.2', limber: '0.1.0' },
      command: `npx limber pipeline run mine --set lr=${learningRate}`,
    },
  };
  writeFileSync(join(run, 'run.json'), JSON.stringify(summary));
  return run;
}

function writeLogs(logs: string): void {
  mkdirSync(logs);
  const lines = (rows: readonly object[]): string =>
    rows.map((row) => `${JSON.stringify(row)}\n`).join('');
  const steps = Array.from({ length: 30 }, (_, index) => ({
    step: (index + 1) * 10,
    epoch: Math.floor(index / 10),
  }));
  const metrics = steps.map((row) => ({
    ...row,
    'train/loss': 20 / row.step,
    lr: 1e-3 / row.step,
  }));
  const validation = [100, 200, 300].map((step, epoch) => ({ step, epoch, 'val/AP': epoch / 4 }));
  writeFileSync(join(logs, 'metrics.jsonl'), lines([...metrics, ...validation]));
  const timing = steps.map((row) => ({ ...row, imagesPerSecond: 90, stepSeconds: 0.4 }));
  writeFileSync(join(logs, 'timing.jsonl'), lines(timing));
  writeFileSync(join(logs, 'config.json'), '{"model":"limber-tiny","optimizer":{"betas":[0.9,1]}}');
}

describe.runIf(browserPath !== undefined)('in a browser', () => {
  test.each([
    ['report', 390],
    ['report', 1280],
    ['lint', 390],
    ['lint', 1280],
    ['stats', 390],
    ['stats', 1280],
    ['run', 390],
    ['compare', 390],
    ['compare', 1280],
  ])('the page %s is sound at %d pixels', async (name, width) => {
    const address = `file://${join(folder, `${name}.html`)}`;
    const { page, complaints } = await openPage(browser!, address, width);
    expect(complaints).toEqual([]);
    const { drawn, seen } = await widths(page);
    expect(drawn).toBeLessThanOrEqual(seen);
    expect(await seriousFaults(page)).toEqual([]);
    await page.close();
  });

  test('curves are drawn over what the reader chooses, by mouse and by keyboard', async () => {
    const { page } = await openPage(browser!, `file://${report}`, 1280);
    const shown = async (): Promise<string[]> => {
      const parts = await page.locator('[data-over]:visible').all();
      return await Promise.all(parts.map(async (part) => (await part.getAttribute('data-over'))!));
    };
    expect(new Set(await shown())).toEqual(new Set(['steps']));
    await page.getByLabel('minutes').check();
    expect(new Set(await shown())).toEqual(new Set(['minutes']));
    await page.getByLabel('minutes').press('ArrowUp');
    expect(new Set(await shown())).toEqual(new Set(['epochs']));
    expect(await shown()).toHaveLength(4);
    await page.close();
  });
});

test('the report of a run says what it was made with, and the command that makes it again', () => {
  const page = readFileSync(join(folder, 'run.html'), 'utf8');
  for (const cell of [
    'npx limber pipeline run mine --set lr=0.2',
    `git checkout ${'c'.repeat(40)}`,
    'train: engine',
    'native-cpu TensorFlow 2.21.0',
    '16.0 GiB',
    digest,
  ]) {
    expect(page).toContain(`<td>${cell}</td>`);
  }
  expect(page).toContain('Files differed from the commit when it was made.');
  expect(page).toContain('Dataset: joints by visibility');
  expect(page).toContain('left_knee / right_knee');
});

test('two runs stand side by side: what was changed comes first, and both curves are in one chart', () => {
  const page = readFileSync(join(folder, 'compare.html'), 'utf8');
  const [changed, measured] = page.split('<h2>What came of it');
  expect(changed!.replaceAll(/\s+/g, ' ')).toContain(
    '<td>train.optimizer.learningRate</td><td>0.1</td><td>0.2</td>',
  );
  expect(changed).not.toContain('train.epochs');
  expect(measured).toMatch(/>train A<.*>train B</s);
  expect(measured).toMatch(/<td>AP<\/td><td>[\d.]+<\/td><td>0\.\d{3} to /);
});

test('a report stands by itself, and is small', () => {
  const page = readFileSync(report, 'utf8');
  expect(page).toContain('<title>Squats &lt;of&gt; &quot;four&quot;</title>');
  expect(page.match(/(?:src|href)="(?!data:)/g)).toBeNull();
  expect(page.length).toBeLessThan(5_000_000);
  expect(page).toMatch(/AP<\/span>\s*<small>95%: 0\.\d{3} to/);
  expect(page).toContain('<td>optimizer.betas</td>');
});
