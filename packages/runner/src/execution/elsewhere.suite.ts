import type { ChildProcess } from 'node:child_process';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { onTestFinished } from 'vitest';

const unshare = ['unshare', '--fork', '--kill-child', '--pid', '--mount-proc', '--uts'];

/** Why no process can be started in a PID namespace of its own here, printed too; undefined if one can. */
export function whyNothingElsewhere(): string | undefined {
  const [command, ...args] = unshare;
  const tried = spawnSync(command!, [...args, 'true'], { encoding: 'utf8' });
  if (tried.status === 0) return undefined;
  const why = tried.error?.message ?? tried.stderr.trim();
  console.warn(`Tests are skipped, because "${unshare.join(' ')}" is not possible here: ${why}`);
  return why;
}

/**
 * What runs a command in a PID namespace of its own, under another host name, as in a container. The
 * process itself is the child of what is started, and dies with it.
 */
export function unshareCommand(host: string, command: readonly string[]): string[] {
  return [...unshare, 'sh', '-c', `hostname ${host} && exec "$@"`, 'sh', ...command];
}

/**
 * How long a client of the network file system believes what it has seen of a file's attributes, of a name, and of a name
 * that was not there: 3 s, as NFS's `acregmin`.
 */
const clientCaches = 'attr_timeout=3,entry_timeout=3,negative_timeout=3';

/** Why no file system can be mounted in user space here, printed too; undefined if one can. */
export function whyNoMounts(): string | undefined {
  const tried = spawnSync('bindfs', ['--version'], { encoding: 'utf8' });
  if (tried.status === 0 && existsSync('/dev/fuse')) return undefined;
  const why = 'bindfs and /dev/fuse are needed';
  console.warn(`Tests of two mounts are skipped: ${why}.`);
  return why;
}

/**
 * As {@link unshareCommand}, and the command sees a folder through a mount of its own, whose client caches what it knows, as
 * one of NFS does.
 */
export function unshareMountedCommand(
  host: string,
  folder: string,
  command: readonly string[],
): string[] {
  const mount = `bindfs -o nonempty,${clientCaches} "$0" "$0" && cd "$0" && exec "$@"`;
  const mounted = ['sh', '-c', mount, folder, ...command];
  const [unshared, ...rest] = unshareCommand(host, mounted);
  return [unshared!, '--mount', '--propagation=private', ...rest];
}

/** A Node process elsewhere. */
export interface Elsewhere {
  readonly process: ChildProcess;
  /** The next line that it prints. */
  readonly line: () => Promise<string>;
  /** Lets it read a line. */
  readonly tell: (line: string) => void;
}

/**
 * Runs a script (an ES module, as text) elsewhere, or here if `host` is undefined.
 *
 * @param atEnd - that of the test, for tests that run at the same time.
 */
export function startScript(
  script: string,
  host: string | undefined,
  atEnd: typeof onTestFinished = onTestFinished,
): Elsewhere {
  const node = [process.execPath, '--input-type=module', '-e', script];
  const [command, ...args] = host === undefined ? node : unshareCommand(host, node);
  const child = spawn(command!, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  atEnd(() => void child.kill('SIGKILL'));
  const lines: string[] = [];
  child.stdout.on('data', (chunk: Buffer) => {
    lines.push(...chunk.toString().split('\n').filter(Boolean));
  });
  return {
    process: child,
    async line() {
      while (lines.length === 0) await once(child.stdout, 'data');
      return lines.shift()!;
    },
    tell: (line) => void child.stdin.write(`${line}\n`),
  };
}
