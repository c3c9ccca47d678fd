import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { createInterface } from 'node:readline';
import { rankVariables } from './rank-variables.ts';
import type { RankMessage } from './rank-messages.ts';
import { createOwnNetwork } from './own-network.ts';
import { findFreePorts } from './free-ports.ts';
import type { RankEnd } from './rank-failure.ts';
import { failureOf } from './rank-failure.ts';

/** One rank of those on several machines. */
export interface OneRank {
  readonly rank: number;
  /** `host:port` of every rank. */
  readonly addresses: readonly string[];
}

/** What is started how many times. */
export interface LaunchOptions {
  /** Program and arguments. */
  readonly command: readonly string[];
  /** How many are started here; or the one that is, of several machines. */
  readonly ranks: { readonly processes: number } | OneRank;
  /**
   * Whether nobody else reaches the ports of this machine, or no port is opened; else the ranks get a network namespace, where that
   * is allowed.
   */
  readonly isNetworkTrusted: boolean;
  /** Whether rank 0 writes to this process's outputs; else they are left out. */
  readonly inheritsOutput: boolean;
  /** Given what ranks say. */
  readonly onMessage?: (message: RankMessage, rank: number) => void;
  /** Asks all ranks to finish their step and save. */
  readonly signal: AbortSignal;
}

/** How this command line is started again. */
export function ownCommand(): readonly string[] {
  return [process.execPath, ...process.execArgv, process.argv[1]!];
}

/** After the first failure the other ranks have so long to say theirs before they are killed. */
const graceMs = 3000;
/** The same if all were asked to save. */
const savingMs = 5000;
/** A namespace has all of its ports free. */
const portOfOwnNetwork = 24_000;

/**
 * Runs a command once for each rank on this machine, as torchrun does, until all have ended. A rank that fails ends all
 * others.
 *
 * @throws {RankFailure} one error of all: that of the rank which was first to fail by itself.
 */
export async function launchRanks(options: LaunchOptions): Promise<void> {
  const { ranks, isNetworkTrusted, signal } = options;
  const isOnOneMachine = 'processes' in ranks;
  const network = isNetworkTrusted || !isOnOneMachine ? null : await createOwnNetwork();
  const addresses = isOnOneMachine
    ? await localAddresses(ranks.processes, network !== null)
    : ranks.addresses;
  const command = [...(network?.prefix ?? []), ...options.command];
  const started = isOnOneMachine ? [...addresses.keys()] : [ranks.rank];
  const launch = randomUUID();
  const children = started.map((rank) =>
    startRank(command, { ...options, rank, addresses, launch }),
  );
  const kill = (name: NodeJS.Signals): void => {
    for (const child of children) child.kill(name);
  };
  const forward = (): void => kill(signal.reason === 'SIGINT' ? 'SIGINT' : 'SIGTERM');
  let killing: NodeJS.Timeout | undefined;
  const endAll = (): void => {
    killing ??= setTimeout(() => kill('SIGKILL'), signal.aborted ? savingMs : graceMs);
  };
  signal.addEventListener('abort', forward);
  // while the network was made, say
  if (signal.aborted) forward();
  try {
    const ends = await Promise.all(
      children.map((child, at) =>
        endOf(child, {
          rank: started[at]!,
          isEnding: () => killing !== undefined,
          onMessage: options.onMessage ?? (() => {}),
          onFailure: endAll,
        }),
      ),
    );
    const failure = failureOf(ends, addresses.length);
    if (failure !== null) throw failure;
  } finally {
    signal.removeEventListener('abort', forward);
    clearTimeout(killing);
    network?.close();
  }
}

async function localAddresses(processes: number, isOwnNetwork: boolean): Promise<string[]> {
  const ports = isOwnNetwork
    ? Array.from({ length: processes }, (_, rank) => portOfOwnNetwork + rank)
    : await findFreePorts(processes);
  return ports.map((port) => `127.0.0.1:${port}`);
}

function startRank(
  [program, ...args]: readonly string[],
  {
    rank,
    addresses,
    launch,
    isNetworkTrusted,
    inheritsOutput,
  }: Pick<LaunchOptions, 'isNetworkTrusted' | 'inheritsOutput'> & {
    readonly rank: number;
    readonly addresses: readonly string[];
    readonly launch: string;
  },
): ChildProcess {
  const isShown = inheritsOutput && rank === 0;
  const hostOf = (address: string): string => address.slice(0, address.lastIndexOf(':'));
  const isHere = (address: string): boolean => hostOf(address) === hostOf(addresses[rank]!);
  const child = spawn(program!, args, {
    // Ctrl-C in a terminal reaches this process alone, which passes it on once
    detached: true,
    stdio: ['ignore', isShown ? 'inherit' : 'ignore', isShown ? 'inherit' : 'pipe', 'ipc'],
    env: {
      // what TensorFlow says of a rank that is gone, this process says better
      TF_CPP_MIN_LOG_LEVEL: '3',
      ...process.env,
      [rankVariables.rank]: String(rank),
      [rankVariables.addresses]: addresses.join(','),
      [rankVariables.localRank]: String(addresses.slice(0, rank).filter(isHere).length),
      [rankVariables.localRanks]: String(addresses.filter(isHere).length),
      [rankVariables.launch]: launch,
      [rankVariables.trustedNetwork]: isNetworkTrusted ? '1' : '0',
    },
  });
  if (child.stderr !== null) {
    createInterface({ input: child.stderr }).on('line', (line) =>
      process.stderr.write(`[rank ${rank}] ${line}\n`),
    );
  }
  return child;
}

function endOf(
  child: ChildProcess,
  {
    rank,
    isEnding,
    onMessage,
    onFailure,
  }: Pick<Required<LaunchOptions>, 'onMessage'> & {
    readonly rank: number;
    readonly isEnding: () => boolean;
    readonly onFailure: () => void;
  },
): Promise<RankEnd> {
  return new Promise((resolve, reject) => {
    let error: Extract<RankMessage, { type: 'error' }> | null = null;
    child.on('message', (message) => {
      const said = message as RankMessage;
      if (said.type === 'error') error = said;
      else onMessage(said, rank);
    });
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      const wasKilledHere = isEnding() && signal === 'SIGKILL' && error === null;
      if (code !== 0) onFailure();
      resolve({ rank, code, signal, error, wasKilledHere });
    });
  });
}
