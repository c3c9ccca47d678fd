/** What a stage's process is to do. */
export type HostTask =
  | { readonly type: 'module'; readonly module: string; readonly context: HostContext }
  | { readonly type: 'command'; readonly command: string };

/** The part of a stage's context that travels to its process. */
export interface HostContext {
  readonly name: string;
  readonly params: unknown;
  readonly inputs: Readonly<Record<string, string>>;
  readonly outputs: Readonly<Record<string, string>>;
  readonly workDir: string;
}

/** From the runner to a stage's process. */
export type HostRequest =
  | {
      readonly type: 'start';
      readonly task: HostTask;
      /** The file that gets the process's heartbeat. */
      readonly heartbeat: string;
    }
  | { readonly type: 'abort' };

/** From a stage's process to the runner. `done`, `failed` and `interrupted` come last. */
export type HostReply =
  | { readonly type: 'report'; readonly report: StageUpdate }
  | { readonly type: 'done' }
  | { readonly type: 'interrupted' }
  | {
      readonly type: 'failed';
      readonly message: string;
      readonly isInvalidInput: boolean;
      /** Of a command. */
      readonly exitCode?: number;
    };

/** What a stage tells while it runs, by a call of its context or by a line that it prints. */
export interface StageUpdate {
  readonly metrics?: Readonly<Record<string, number>> | undefined;
  readonly plot?: { readonly name: string; readonly x: number; readonly y: number } | undefined;
  readonly progress?: string | undefined;
  readonly warning?: string | undefined;
}
