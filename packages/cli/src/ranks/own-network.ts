import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** A network namespace that only processes which are started through it are in. */
export interface OwnNetwork {
  /** What a command is put behind, to run in it. */
  readonly prefix: readonly string[];
  close(): void;
}

/**
 * Makes a network namespace with nothing but a loopback: what listens there is reached by nobody else.
 *
 * @returns null where `unshare`, `nsenter` or `ip` are missing or not allowed.
 */
export async function createOwnNetwork(): Promise<OwnNetwork | null> {
  const isRoot = process.getuid?.() === 0;
  const user = isRoot ? [] : ['--map-root-user'];
  // it ends with this process, whose end closes its input
  const keep = 'ip link set lo up && echo ready && exec cat';
  const holder = spawn('unshare', [...user, '--net', '--', 'sh', '-c', keep], {
    stdio: ['pipe', 'pipe', 'ignore'],
    detached: true,
  });
  const isReady = await Promise.race([
    once(holder.stdout, 'data').then(() => true),
    // it fails where there is no unshare
    once(holder, 'exit').then(
      () => false,
      () => false,
    ),
  ]);
  if (!isReady) return null;
  const entered = isRoot ? [] : ['--user', '--preserve-credentials'];
  return {
    prefix: ['nsenter', '--target', String(holder.pid), ...entered, '--net', '--'],
    close: () => void holder.kill('SIGKILL'),
  };
}
