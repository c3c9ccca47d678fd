import type { Command } from 'commander';
import type { SetExitCode } from '../program.ts';

/** `limber checkpoint inspect | verify | diff`. */
export function addCheckpointCommands(program: Command, setExitCode: SetExitCode): void {
  const checkpoint = program
    .command('checkpoint')
    .description('look into the checkpoints of a training');
  checkpoint
    .command('inspect')
    .description('say where a checkpoint was taken, and what it holds')
    .argument('<file>')
    .option('--json', 'print one JSON document', false)
    .action(async (file: string, { json }: { json: boolean }) => {
      const { inspect } = await import('../checkpoint-commands.ts');
      await inspect(file, json);
    });
  checkpoint
    .command('verify')
    .description('prove checkpoints by their digests; exit code 1 if one is damaged')
    .argument('<files or folders...>')
    .option('--json', 'print one JSON document', false)
    .action(async (places: string[], { json }: { json: boolean }) => {
      const { verify } = await import('../checkpoint-commands.ts');
      setExitCode(await verify(places, json));
    });
  checkpoint
    .command('diff')
    .description('say in what two checkpoints differ; exit code 1 if they do')
    .argument('<first>')
    .argument('<second>')
    .option('--json', 'print one JSON document', false)
    .action(async (first: string, second: string, { json }: { json: boolean }) => {
      const { diff } = await import('../checkpoint-commands.ts');
      setExitCode(await diff(first, second, json));
    });
}
