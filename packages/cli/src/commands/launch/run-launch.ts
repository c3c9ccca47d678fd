import { LimberError } from '@limber/files';
import type { OneRank } from '../../ranks/launch-ranks.ts';
import { launchRanks, ownCommand } from '../../ranks/launch-ranks.ts';
import { abortOnSignals } from '../../terminal/abort-on-signals.ts';
import type { LaunchFlags } from './launch-command.ts';

/** Starts a command of limber as several ranks on this machine, or as one rank of several machines. */
export async function runLaunch(command: readonly string[], flags: LaunchFlags): Promise<void> {
  const ranks = ranksOf(flags);
  const { opensPorts, isOfOneMachine } = dividedCommand(command);
  if (isOfOneMachine && !('processes' in ranks)) {
    throw new LimberError('invalid-argument', {
      where: '--addresses',
      what: `${command[0]} on several machines`,
      expected:
        '-n <processes> on one machine, or the tasks of a step of srun with --data-parallel',
      got: flags.addresses ?? '',
    });
  }
  await launchRanks({
    command: [...ownCommand(), ...command],
    ranks,
    isNetworkTrusted: flags.trustedNetwork || !opensPorts,
    inheritsOutput: true,
    signal: abortOnSignals(),
  });
}

/** The commands that several processes do together. */
const divided: Readonly<
  Record<string, { readonly opensPorts: boolean; readonly isOfOneMachine: boolean }>
> = {
  train: { opensPorts: true, isOfOneMachine: false },
  predict: { opensPorts: false, isOfOneMachine: true },
};

function dividedCommand(command: readonly string[]): (typeof divided)[string] {
  const [word = ''] = command;
  const known = Object.hasOwn(divided, word) ? divided[word] : undefined;
  if (known !== undefined) return known;
  const isFile = /\.ya?ml$/.test(word);
  throw new LimberError('invalid-argument', {
    where: 'limber launch',
    what: 'what several processes do together',
    expected: 'the command train or predict',
    got: `"${word}"`,
    fix: isFile
      ? `Write: limber launch -n 2 -- train ${word}`
      : 'Everything else is done by one process; stages of a pipeline have `processes` among their parameters.',
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
