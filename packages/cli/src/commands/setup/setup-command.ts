import type { Command } from 'commander';
import { printLine } from '../../terminal/print-result.ts';

/** `limber setup` */
export function addSetupCommand(program: Command): void {
  program
    .command('setup')
    .description('install the TensorFlow engine, unless it is there')
    .action(async () => {
      const { setup } = await import('@limber/engine');
      printLine(await setup());
    });
}
