// Trains each model for an epoch, each in a process of its own, and says what memory it holds at the start, in the middle and at the end.
//   node test/epoch-memory.mjs SHARDS [--batch 8] [--batches 0] [--epochs 1] [model...]
// SHARDS: packed by pipelines/lspet.yaml (runs/lspet/latest/pack). --batches: that many steps; 0: the whole epoch.
import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { loadEngine } from '@limber/engine';
import { trainConfigSchema, trainKeypoints } from '@limber/pose-trainer';

/** Of pipelines/lspet.yaml. */
const inputSize = [128, 96];
const augmentation = {
  halfBody: null,
  shift: { probability: 0 },
  scale: [0.75, 1.25],
  rotation: { probability: 0.6, degrees: 40 },
};
/** Steps until everything is allocated that is allocated once. */
const settledAfter = 10;

const { values, positionals } = parseArgs({
  options: {
    batch: { type: 'string', default: '8' },
    batches: { type: 'string', default: '0' },
    epochs: { type: 'string', default: '1' },
    one: { type: 'string' },
  },
  allowPositionals: true,
});
const [shards, ...named] = positionals;
const families = [
  'limber-tiny',
  'movenet-lightning',
  'mobilenetv2',
  'simplebaseline-resnet18',
  'rtmpose-s',
  'vitpose-s',
  'hrnet-w32',
];

if (values.one === undefined) {
  console.log(
    'model              steps    loss, first to last   tensors          tensors, MB                process, MB',
  );
  for (const model of named.length > 0 ? named : families) await inOwnProcess(model);
} else {
  await trainOne(values.one);
}

function inOwnProcess(model) {
  const { batch, batches, epochs } = values;
  const limits = ['--batch', batch, '--batches', batches, '--epochs', epochs];
  const words = [shards, ...limits, '--one', model];
  return new Promise((resolve, reject) => {
    fork(new URL(import.meta.url), words).on('exit', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`${model} ended with ${code}`));
    });
  });
}

async function trainOne(model) {
  const engine = await loadEngine({ precision: '32' });
  const folder = mkdtempSync(join(tmpdir(), 'limber-memory-'));
  const seen = [];
  const note = async (loss) => {
    const { numTensors, numBytes } = engine.tf.memory();
    seen.push({
      loss,
      numTensors,
      megabytes: numBytes / 2 ** 20,
      process: process.memoryUsage.rss() / 2 ** 20,
    });
  };
  try {
    await trainKeypoints({
      config: trainConfigSchema.parse({
        model,
        inputSize,
        augmentation,
        epochs: Number(values.epochs),
        batchSize: Number(values.batch),
        trainer: {
          limitTrainBatches: Number(values.batches) || null,
          numSanityValSteps: 0,
          logEveryNSteps: 1,
          precision: '32',
        },
        keep: 'last',
      }),
      train: join(shards, 'train'),
      val: join(shards, 'val'),
      workDir: join(folder, 'work'),
      out: { model: join(folder, 'model'), logs: join(folder, 'logs') },
      engine,
      progress: { onTrainBatchEnd: ({ callbackMetrics }) => note(callbackMetrics['train/loss']) },
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
  const at = [settledAfter, Math.floor(seen.length / 2), seen.length - 1].map(
    (step) => seen[Math.min(step, seen.length - 1)],
  );
  const list = (field, digits) => at.map((one) => one[field].toFixed(digits)).join(' ');
  const loss = `${seen[0].loss?.toFixed(3)} ${seen.at(-1).loss?.toFixed(3)}`;
  console.log(
    `${model.padEnd(18)} ${String(seen.length).padStart(5)}    ${loss.padEnd(20)}  ${list('numTensors', 0).padEnd(16)} ${list('megabytes', 2).padEnd(26)} ${list('process', 0)}`,
  );
}
