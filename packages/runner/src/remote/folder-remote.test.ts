import { createFolderRemote } from './folder-remote.ts';
import { createFolder, testRemoteStore } from './remote-store.suite.ts';

testRemoteStore(async () => createFolderRemote(createFolder(), { isReadOnly: false }));
