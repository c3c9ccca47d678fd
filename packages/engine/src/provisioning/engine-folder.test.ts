import { expect, test } from 'vitest';
import { engineKey, enginesFolder } from './engine-folder.ts';

test('the cache folder is LIMBER_CACHE_DIR, else XDG_CACHE_HOME, else below the home folder', () => {
  const xdg = { XDG_CACHE_HOME: '/xdg' };
  expect(enginesFolder({ ...xdg, LIMBER_CACHE_DIR: '/own' }, '/home/ann')).toBe('/own/engine');
  expect(enginesFolder(xdg, '/home/ann')).toBe('/xdg/limber/engine');
  expect(enginesFolder({}, '/home/ann')).toBe('/home/ann/.cache/limber/engine');
});

test('empty and relative cache variables count as unset', () => {
  const env = { LIMBER_CACHE_DIR: '', XDG_CACHE_HOME: 'relative' };
  expect(enginesFolder(env, '/home/ann')).toBe('/home/ann/.cache/limber/engine');
});

test('the key names everything that decides what is inside', () => {
  const source = { tfjsVersion: '4.22.0', digest: '0123456789abcdef' };
  const linux = { platform: 'linux', arch: 'x64' } as const;
  expect(engineKey(source, 'cuda', linux)).toBe(
    'tf2.21.0-cuda-linux-x64-tfjs4.22.0-napi8-2.0123456789ab',
  );
  const keys = [
    engineKey(source, 'cpu', linux),
    engineKey(source, 'cuda', linux),
    engineKey({ ...source, tfjsVersion: '4.23.0' }, 'cpu', linux),
    engineKey({ ...source, digest: 'fedcba9876543210' }, 'cpu', linux),
    engineKey(source, 'cpu', { platform: 'linux', arch: 'arm64' }),
  ];
  expect(new Set(keys).size).toBe(keys.length);
});
