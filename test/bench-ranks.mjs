// Measures the sum of 61.6 MB of gradients (60 tensors) over two ranks of this machine, one thread each, through the
// engine as built: concatenation, operation and splitting. `node test/bench-ranks.mjs [repeats]`
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const tensors = 60;
const numbers = 15_400_000;
const [repeats = '20', rank] = process.argv.slice(2);

if (rank === undefined) {
  const self = fileURLToPath(import.meta.url);
  const ranks = [0, 1].map((at) =>
    spawn(process.execPath, [self, repeats, String(at)], { stdio: 'inherit' }),
  );
  await Promise.all(ranks.map((child) => once(child, 'exit')));
} else {
  const { loadEngine } = await import('../packages/engine/dist/index.js');
  const { tf, collectives } = await loadEngine({
    provision: false,
    threads: 1,
    localRank: Number(rank),
    ranks: {
      rank: Number(rank),
      addresses: ['127.0.0.1:24610', '127.0.0.1:24611'],
      isNetworkTrusted: true,
      patienceSeconds: 60,
      syncBatchnorm: false,
    },
  });
  const gradients = Array.from({ length: tensors }, () =>
    tf.randomNormal([Math.round(numbers / tensors)]),
  );
  const times = [];
  for (let repeat = -3; repeat < Number(repeats); repeat++) {
    const start = performance.now();
    tf.tidy(() => void collectives.sum(gradients));
    if (repeat >= 0) times.push(performance.now() - start);
  }
  times.sort((a, b) => a - b);
  const median = times[times.length >> 1];
  if (rank === '0') {
    process.stdout.write(
      `61.6 MB over 2 ranks: median ${median.toFixed(0)} ms, min ${times[0].toFixed(0)} ms, ` +
        `${(process.memoryUsage.rss() / 1e6).toFixed(0)} MB resident\n`,
    );
  }
  await collectives.untilFirstRankLeaves();
  process.exit();
}
