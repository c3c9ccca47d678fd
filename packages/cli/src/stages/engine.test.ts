import { describe, expect, test } from 'vitest';
import { stages } from './registry.ts';

const versionless = (environment: Readonly<Record<string, string>>): string =>
  environment['engine']!.replace(/ [\d.]+$/, '');

describe.each(['train', 'evaluate'])('the stage %s', (name) => {
  const { params, environmentOf } = stages.find((stage) => stage.name === name)!;
  const required = name === 'train' ? { model: 'limber-tiny' } : {};
  const engineFor = async (engine: string): Promise<string> => {
    const checked = params!.parse({ ...required, engine });
    return versionless(await environmentOf!(checked, { isDryRun: true }));
  };

  test('computes on the engine that its parameter names, and depends on it', async () => {
    expect(await engineFor('wasm')).toBe('WebAssembly TensorFlow.js');
    expect(await engineFor('javascript')).toBe('TensorFlow.js');
    expect(await engineFor('native')).toMatch(/^(native|CUDA) TensorFlow$/);
  });

  test('knows no other engine', () => {
    const { error } = params!.safeParse({ ...required, engine: 'webgl' });
    expect(error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)).toEqual([
      expect.stringContaining('engine: Invalid option: expected one of "auto"|"native"|"wasm"'),
    ]);
  });
});
