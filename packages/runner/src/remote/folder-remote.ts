import { copyFile, mkdir, rm } from 'node:fs/promises';
import { constants, existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isMissing, renamePatiently, temporaryName } from '@limber/files';
import type { RemoteOptions, RemoteStore } from './remote-store.ts';
import { storingRefused } from './remote-store.ts';

/** A remote store in a plain folder, on a network drive for example. */
export function createFolderRemote(
  folder: string,
  options: Pick<RemoteOptions, 'isReadOnly'>,
): RemoteStore {
  let { isReadOnly } = options;
  return {
    place: folder,
    get isReadOnly() {
      return isReadOnly;
    },
    findMissing: async (names) => names.filter((name) => !existsSync(join(folder, name))),
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
      try {
        await mkdir(dirname(target), { recursive: true });
        await copyFile(source, temporary, constants.COPYFILE_FICLONE);
        await renamePatiently(temporary, target);
      } catch (error) {
        await rm(temporary, { force: true }).catch(() => undefined);
        const { code = '' } = error as NodeJS.ErrnoException;
        if (!['EACCES', 'EPERM', 'EROFS'].includes(code)) throw error;
        isReadOnly = true;
        throw storingRefused(folder, code);
      }
    },
  };
}
