import { dirname, join } from 'node:path';
import { buildDataset, cocoSource } from '@limber/dataset-builder';
import { packDataset } from '@limber/dataset-loader';
import { LimberError } from '@limber/files';
import { describeFindings } from './describe-findings.ts';

const report = ({ done, total }: { readonly done: number; readonly total: number }): void => {
  if (done === total) process.stderr.write(`${total} done\n`);
};

/** `limber dataset build`: numbers come as text from the command line. */
export async function buildFromFile(
  annotations: string,
  out: string,
  options: {
    readonly images?: string;
    readonly val: string;
    readonly test: string;
    readonly seed: string;
    readonly strict?: true;
  },
): Promise<void> {
  const { images = join(dirname(annotations), 'images'), strict = false } = options;
  const val = numberFrom('--val', options.val);
  const test = numberFrom('--test', options.test);
  const summary = await buildDataset({
    sources: [await cocoSource({ annotations, images, strict })],
    out,
    splits: { train: 1 - val - test, val, test },
    seed: numberFrom('--seed', options.seed),
    strict,
  });
  for (const line of describeFindings(summary)) process.stderr.write(`${line}\n`);
  for (const { name, images: pictures, persons } of summary.splits) {
    process.stdout.write(`${name}: ${pictures} images, ${persons} persons\n`);
  }
}

/** `limber pack`. */
export async function packFromFolder(
  dataset: string,
  out: string,
  options: { readonly split: string; readonly inputSize: string },
): Promise<void> {
  const size = /^(\d+)x(\d+)$/.exec(options.inputSize);
  if (size === null) {
    throw new LimberError('invalid-argument', {
      where: '--input-size',
      what: 'not a size',
      expected: 'height x width, such as 256x192',
      got: options.inputSize,
    });
  }
  const summary = await packDataset({
    annotations: join(dataset, `${options.split}.json`),
    images: join(dataset, 'images'),
    out,
    inputSize: { height: Number(size[1]), width: Number(size[2]) },
    corrupt: 'throw',
    onProgress: report,
  });
  process.stdout.write(`${summary.rows} persons\n`);
}

function numberFrom(option: string, text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value)) return value;
  const problem = { where: option, what: 'not a number', expected: 'a number', got: `"${text}"` };
  throw new LimberError('invalid-argument', problem);
}
