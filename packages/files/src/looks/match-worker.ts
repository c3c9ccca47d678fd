import { parentPort, workerData } from 'node:worker_threads';
import type { KeptLooks } from './match-looks.ts';
import { matchLooks } from './match-looks.ts';

parentPort!.postMessage(matchLooks(workerData as KeptLooks), []);
