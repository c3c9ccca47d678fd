import type { CheckpointInspection } from '@limber/trainer';
import type { Command } from 'commander';
import type { JsonOption } from '../../options/shared-options.ts';
import { jsonOption } from '../../options/shared-options.ts';
import { printResult } from '../../terminal/print-result.ts';

/** `limber checkpoint inspect` */
export function addInspectCommand(checkpoint: Command): void {
  checkpoint
    .command('inspect')
    .description('say where a checkpoint was taken, and what it holds')
    .argument('<checkpoint>', 'a file that training saved')
    .addOption(jsonOption())
    .action(async (file: string, { json }: JsonOption) => {
      const { inspectCheckpoint } = await import('@limber/trainer');
      printResult(await inspectCheckpoint(file), { json, lines: (about) => describe(file, about) });
    });
}

function describe(file: string, about: CheckpointInspection): string[] {
  const { position, environment, groups, callbackMetrics, callbacks } = about;
  const { epoch, batch, step, samples, point } = position;
  const { engine, tensorflow, threads, precision } = environment;
  return [
    `${file}: ${(about.sizeBytes / 1e6).toFixed(1)} MB, version ${about.version}, whole`,
    `after step ${step} (${samples} samples): epoch ${epoch}, batch ${batch}, ${point}`,
    `computed by ${engine}, TensorFlow ${tensorflow}, ${threads} threads, ${precision}`,
    ...groups.map(({ name, arrays, numbers }) => `${name}: ${arrays} arrays, ${numbers} numbers`),
    `callbacks: ${Object.keys(callbacks).join(', ') || 'none'}`,
    ...Object.entries(callbackMetrics).map(([name, value]) => `${name} ${value}`),
  ];
}
