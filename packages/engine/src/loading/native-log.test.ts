import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { locateEngine } from '../provisioning/locate-engine.ts';
import { hasNativeEngine } from './find-test-engine.suite.ts';
import { nativeEnvironment } from './native-environment.ts';

/** Loads the addon, computes, and lets TensorFlow log a line of each severity. */
const script = `
const addon = require(process.argv[1]);
const text = (name, value) => ({ name, type: addon.TF_ATTR_STRING, value });
const create = (value) => addon.createTensor([1], addon.TF_FLOAT, new Float32Array([value]));
addon.executeOp('AddV2', [{ name: 'T', type: addon.TF_ATTR_TYPE, value: addon.TF_FLOAT }], [create(2), create(3)], 1);
for (const severity of ['info', 'warning', 'error']) {
  const line = addon.createTensor([], addon.TF_STRING, [Buffer.from('this is of severity ' + severity)]);
  addon.executeOp('PrintV2', [text('output_stream', 'log(' + severity + ')'), text('end', '')], [line], 0);
}
`;

function logOf(env: NodeJS.ProcessEnv): string[] {
  const location = locateEngine();
  if (location.state !== 'ready') throw new Error('no engine');
  const { TF_CPP_MIN_LOG_LEVEL: _, ...rest } = process.env;
  const { addonPath } = location.engine;
  const run = spawnSync(process.execPath, ['-e', script, addonPath], {
    env: { ...rest, ...env },
    encoding: 'utf8',
  });
  expect(run.status, run.stderr).toBe(0);
  return run.stderr.split('\n').filter((line) => line !== '');
}

describe.skipIf(!hasNativeEngine)("TensorFlow's log on standard error", () => {
  test('errors are shown, and nothing else: neither of loading nor of the first operation', () => {
    const lines = logOf(nativeEnvironment({}, { threads: 2, usesCuda: false }));
    expect(lines).toEqual([
      expect.stringMatching(/^E\d{4} \S+ +\d+ \S+:\d+\] this is of severity error$/),
    ]);
  });

  test('whoever asks for more gets it', () => {
    const log = logOf({ TF_CPP_MIN_LOG_LEVEL: '0' }).join('\n');
    expect(log).toMatch(/severity info[^]*severity warning[^]*severity error/);
  });
});
