#!/usr/bin/env node
import { existsSync } from 'node:fs';
import * as nodeModule from 'node:module';

// Node 22.8 and later keep what V8 has compiled for the next command.
nodeModule.enableCompileCache?.();
const bundle = new URL('../dist/bundle/', import.meta.url);
if (existsSync(bundle)) {
  const words = process.argv.slice(2);
  const isAnswered =
    words[0] === 'pipeline' &&
    words[1] === 'run' &&
    (await (await import(new URL('unchanged-answer.js', bundle).href)).answerUnchanged(words));
  if (!isAnswered) await import(new URL('limber.js', bundle).href);
} else {
  process.stderr.write('limber is not built yet: run `npx nx build cli` in the clone.\n');
  process.exitCode = 2;
}
