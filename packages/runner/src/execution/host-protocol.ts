import type { StageTask, StageUpdate } from './stage-task.ts';

/** From the local executor to a stage's process. */
export type HostRequest =
  | {
      readonly type: 'start';
      readonly task: StageTask;
      /** The file that gets the process's heartbeat. */
      readonly heartbeat: string;
    }
  | { readonly type: 'abort' };

/** From a stage's process to the local executor. `done`, `failed` and `interrupted` come last. */
export type HostReply =
  | { readonly type: 'reports'; readonly reports: readonly StageUpdate[] }
  | { readonly type: 'done' }
  | { readonly type: 'interrupted' }
  | {
      readonly type: 'failed';
      readonly message: string;
      /** For the log: the message with where it was thrown, unless that is of no use. */
      readonly detail: string;
      readonly isInvalidInput: boolean;
      /** Of a command. */
      readonly exitCode?: number;
    };
