import type { Command } from 'commander';
import { abortOnSignals } from '../../terminal/abort-on-signals.ts';
import { exitCodes } from '../../terminal/exit-codes.ts';
import { Interrupted } from '../../terminal/interrupted.ts';
import { printLine } from '../../terminal/print-result.ts';

/** `limber setup` */
export function addSetupCommand(program: Command): void {
  program
    .command('setup')
    .description('install the TensorFlow engine, unless it is there')
    .action(async () => {
      const { setup } = await import('@limber/engine');
      const signal = abortOnSignals();
      try {
        const { isNative, message } = await setup({ signal });
        printLine(message);
        if (!isNative) process.exitCode = exitCodes.failed;
      } catch (error) {
        throw signal.aborted ? new Interrupted(signal) : error;
      }
    });
}
