#!/usr/bin/env node
import { existsSync } from 'node:fs';
import * as nodeModule from 'node:module';

// Node 22.8 and later keep what V8 has compiled for the next command.
nodeModule.enableCompileCache?.();
const built = new URL('../dist/bundle/limber.js', import.meta.url);
if (existsSync(built)) {
  await import(built.href);
} else {
  process.stderr.write('limber is not built yet: run `npx nx build cli` in the clone.\n');
  process.exitCode = 2;
}
