#!/usr/bin/env node
import { existsSync } from 'node:fs';

const built = new URL('../dist/bundle/limber.js', import.meta.url);
if (existsSync(built)) {
  await import(built.href);
} else {
  process.stderr.write('limber is not built yet: run `npx nx build cli` in the clone.\n');
  process.exitCode = 2;
}
