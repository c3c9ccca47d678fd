import { expect, test } from 'vitest';
import { cacheFolder } from './cache-folder.ts';

const home = String.raw`C:\Users\ann`;
const local = String.raw`C:\Users\ann\AppData\Local`;

test('on Windows the cache is in the folder of local application data, else below the home folder', () => {
  const env = { LOCALAPPDATA: local };
  expect(cacheFolder('engine', { env, home }, 'win32')).toBe(
    String.raw`C:\Users\ann\AppData\Local\limber\engine`,
  );
  expect(cacheFolder('engine', { env: {}, home }, 'win32')).toBe(
    String.raw`C:\Users\ann\.cache\limber\engine`,
  );
  const own = { ...env, LIMBER_CACHE_DIR: String.raw`D:\cache` };
  expect(cacheFolder('engine', { env: own, home }, 'win32')).toBe(String.raw`D:\cache\engine`);
});

test('elsewhere that variable says nothing', () => {
  const env = { LOCALAPPDATA: local };
  expect(cacheFolder('engine', { env, home: '/home/ann' }, 'linux')).toBe(
    '/home/ann/.cache/limber/engine',
  );
});
