import type { Command } from 'commander';
import { printLine } from '../../terminal/print-result.ts';

/** `limber init` */
export function addInitCommand(program: Command): void {
  program
    .command('init')
    .description('make a small project with pipelines and a folder for your photographs')
    .argument('<folder>', 'the folder to make')
    .action(init);
}

async function init(folder: string): Promise<void> {
  const { createProject } = await import('./create-project.ts');
  await createProject(folder);
  const { finetuneCommand, photographsFolder } = await import('./project-files.ts');
  printLine(`The project is in ${folder}. Put your photographs into ${photographsFolder}/, then:`);
  const quoted = /^[\w./-]+$/.test(folder) ? folder : JSON.stringify(folder);
  printLine(`  cd ${quoted} && npm install`);
  printLine(`  ${finetuneCommand}`);
}
