import { LimberError } from '@limber/files';
import type { OneRank } from '../../ranks/launch-ranks.ts';
import { launchRanks, ownCommand } from '../../ranks/launch-ranks.ts';
import { abortOnSignals } from '../../terminal/abort-on-signals.ts';
import type { LaunchFlags } from './launch-command.ts';

/** Starts a command of limber as several ranks on this machine, or as one rank of several machines. */
export async function runLaunch(command: readonly string[], flags: LaunchFlags): Promise<void> {
  await launchRanks({
    command: [...ownCommand(), ...command],
    ranks: ranksOf(flags),
    isNetworkTrusted: flags.trustedNetwork,
    inheritsOutput: true,
    signal: abortOnSignals(),
  });
}

function ranksOf({
  processes,
  rank,
  addresses,
}: LaunchFlags): { readonly processes: number } | OneRank {
  if (processes !== undefined && rank === undefined && addresses === undefined) {
    return { processes };
  }
  const list = addresses?.split(',') ?? [];
  const areAddresses = list.length > 1 && list.every((address) => /^.+:\d+$/.test(address));
  if (processes === undefined && rank !== undefined && areAddresses && rank < list.length) {
    return { rank, addresses: list };
  }
  throw new LimberError('invalid-argument', {
    where: 'limber launch',
    what: '',
    expected: '-n <processes>, or --addresses <host:port,host:port> with a --rank of them',
    got: JSON.stringify({ processes, rank, addresses }),
  });
}
