import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { PipelineResult, StageReport } from '@limber/runner';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { describeRun } from './describe-run.ts';

const before = process.cwd();
let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'limber-describe-'));
  process.chdir(folder);
});

afterEach(() => {
  process.chdir(before);
  rmSync(folder, { recursive: true });
});

function stage(name: string, report: Partial<StageReport> = {}): StageReport {
  const empty = { because: [], fingerprint: 'f', metrics: {}, outputs: {} };
  return { name, outcome: 'ran', seconds: 1, ...empty, ...report };
}

function resultOf(...stages: StageReport[]): PipelineResult {
  const nothing = { metrics: {}, pipelineParams: {}, runDir: 'r', seconds: 1 };
  return { pipeline: 'mine', outcome: 'done', stages, ...nothing };
}

function write(path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, '');
}

it('the page of the run, which says most, is named where it is there', () => {
  write('runs/mine/latest/report/report.html');
  write('runs/mine/latest/report.html');
  const result = resultOf(stage('report', { outputs: { report: '/view/report' } }));
  expect(describeRun(result, { name: 'mine', set: [] })[0]).toBe(
    'Report: runs/mine/latest/report.html',
  );
  rmSync('runs/mine/latest/report.html');
});

it('all metrics, the report, and a next command that can be pasted', () => {
  write('runs/mine/latest/report/report.html');
  write('runs/mine/latest/train/model/weights');
  const scores = { AP: 0.81234, APm: -1, 'PCK@0.2': 0.9 };
  const result = resultOf(
    stage('train', { metrics: { 'val/AP': 0.5 }, outputs: { model: '/view/model' } }),
    stage('evaluate', { metrics: scores }),
    stage('report', { outputs: { report: '/view/report' } }),
  );
  const set = ['data=my photographs', 'train.optimizer.learningRate=1', "title=it's"];
  expect(describeRun(result, { name: 'mine', set })).toEqual([
    'AP 0.812   APm -1   PCK@0.2 0.900',
    'Report: runs/mine/latest/report/report.html',
    'Next: open the report, draw what the model finds in any images, or change a parameter:',
    '  npx limber predict --weights runs/mine/latest/train/model <images>',
    `  npx limber pipeline run mine --set 'data=my photographs' --set 'title=it'\\''s' --set train.optimizer.learningRate=0.0005`,
  ]);
});

it('each member of a matrix has its line and its report', () => {
  for (const rate of ['0.1', '0.01']) write(`runs/mine/latest/report@${rate}/report.html`);
  const members = [0.1, 0.01].flatMap((rate) => [
    stage(`evaluate@${rate}`, { matrix: { rate, model: 'tiny' }, metrics: { AP: rate / 4 } }),
    stage(`report@${rate}`, { matrix: { rate }, outputs: { report: '/view/report' } }),
  ]);
  expect(describeRun(resultOf(...members), { name: 'mine', set: [] })).toEqual([
    'rate 0.1, model tiny:   AP 0.025',
    'rate 0.01, model tiny:   AP 0.003',
    'Report: runs/mine/latest/report@0.1/report.html',
    'Report: runs/mine/latest/report@0.01/report.html',
    'Next: open the report, draw what the model finds in any images, or change a parameter:',
  ]);
});

it('without a report there are the metrics, and of a failed run nothing', () => {
  const result = resultOf(stage('count', { metrics: { lines: 3 } }));
  expect(describeRun(result, { name: 'mine', set: [] })).toEqual(['lines 3']);
  expect(describeRun({ ...result, outcome: 'failed' }, { name: 'mine', set: [] })).toEqual([]);
});
