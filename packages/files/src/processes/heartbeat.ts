import { Worker } from 'node:worker_threads';

/**
 * Gives a heartbeat as long as this process lives: every 2 s the modification time of `path` is set
 * to now. It comes from a thread of its own, so that it goes on while the process is busy; a process
 * that is stopped (SIGSTOP, a laptop that sleeps) gives none.
 *
 * Whoever cannot see the process looks at it through {@link createLifeWatch}.
 *
 * @param path - an absolute path of a file or folder. While it is missing, nothing happens.
 * @returns ends the heartbeat.
 */
export function startHeartbeat(path: string): () => void {
  heart ??= createHeart();
  heart.postMessage({ path, isBeating: true }, []);
  return () => heart?.postMessage({ path, isBeating: false }, []);
}

let heart: Worker | undefined;

function createHeart(): Worker {
  // No flags, loaders or environment of this process: the thread needs none of them.
  const worker = new Worker(threadCode, { eval: true, execArgv: [], env: {} });
  worker.unref();
  return worker;
}

/** As text, because a thread cannot start from a `.ts` file, and this package also runs from its sources. */
const threadCode = `
const { utimesSync } = require('node:fs');
const { parentPort } = require('node:worker_threads');
const paths = new Set();
const beat = (path) => {
  const now = new Date();
  try {
    utimesSync(path, now, now);
  } catch {
    // Not there yet or any more, or the file system is away: silence is what others are to see.
  }
};
parentPort.on('message', ({ path, isBeating }) => {
  if (!isBeating) return paths.delete(path);
  paths.add(path);
  beat(path);
});
setInterval(() => paths.forEach(beat), 2_000);
`;
