import { copyFile, mkdir, rename, rm, stat } from 'node:fs/promises';
import { constants } from 'node:fs';
import { dirname, join } from 'node:path';
import { isMissing, temporaryName } from '@limber/files';
import type { RemoteStore } from './remote-store.ts';

/** A remote store in a plain folder, on a network drive for example. */
export function createFolderRemote(folder: string): RemoteStore {
  return {
    place: folder,
    async has(name) {
      try {
        return (await stat(join(folder, name))).isFile();
      } catch (error) {
        if (isMissing(error)) return false;
        throw error;
      }
    },
    async get(name, target) {
      try {
        await copyFile(join(folder, name), target, constants.COPYFILE_FICLONE);
        return true;
      } catch (error) {
        if (isMissing(error)) return false;
        throw error;
      }
    },
    async put(name, source) {
      const target = join(folder, name);
      const temporary = temporaryName(target);
      await mkdir(dirname(target), { recursive: true });
      try {
        await copyFile(source, temporary, constants.COPYFILE_FICLONE);
        await rename(temporary, target);
      } catch (error) {
        await rm(temporary, { force: true });
        throw error;
      }
    },
  };
}
