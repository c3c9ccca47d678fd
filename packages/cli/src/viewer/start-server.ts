import { randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import { LimberError } from '@limber/files';
import { checkRequest } from './check-request.ts';

/** What a request is answered with. */
export type Answer =
  | {
      readonly type: 'body';
      readonly contentType: string;
      readonly body: string | Uint8Array;
      /** Whether it stays the same as long as the server runs. */
      readonly isLasting?: boolean;
    }
  /** Writes events for as long as the page listens. @returns what ends it. */
  | { readonly type: 'events'; readonly start: (send: (event: object) => void) => () => void };

/** Answers requests whose path matches. */
export interface Route {
  /** Of the whole path behind the token, which is never decoded; its groups are handed over. */
  readonly path: RegExp;
  readonly answer: (groups: readonly string[], query: URLSearchParams) => Answer | Promise<Answer>;
}

/** A server that runs. */
export interface LocalServer {
  /** With its token. */
  readonly address: string;
  /** Ends all connections. */
  close(): Promise<void>;
}

/** Nothing from elsewhere is loaded, and no other page may show or read this one. */
const headers = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
} as const;

/**
 * Serves a page to the browsers of this machine alone, below an address that nobody can guess.
 *
 * @param options.port - 0: any that is free.
 * @param options.onFault - called with an answer that failed unexpectedly.
 * @throws {LimberError} `invalid-argument` if the port is taken.
 */
export async function startServer(
  routes: readonly Route[],
  { port, onFault }: { readonly port: number; readonly onFault: (error: unknown) => void },
): Promise<LocalServer> {
  const token = randomBytes(24).toString('base64url');
  const server = createServer((request, response) => {
    const checked = checkRequest(request, token);
    if (checked.type === 'refused') return refuse(response, checked.status, checked.reason);
    void answer(response, checked).catch((error: unknown) => {
      if (!(error instanceof LimberError)) onFault(error);
      refuse(response, error instanceof LimberError ? 404 : 500, (error as Error).message);
    });
  });

  async function answer(
    response: ServerResponse,
    { path, query }: { readonly path: string; readonly query: URLSearchParams },
  ): Promise<void> {
    for (const route of routes) {
      const found = route.path.exec(path);
      if (found !== null) return send(response, await route.answer(found.slice(1), query));
    }
    refuse(response, 404, 'there is no such page');
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => reject(cannotListen(port, cause)));
    server.listen(port, '127.0.0.1', resolve);
  });
  const place = server.address() as { readonly port: number };
  return {
    address: `http://127.0.0.1:${place.port}/${token}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function send(response: ServerResponse, answer: Answer): void {
  switch (answer.type) {
    case 'body': {
      const { contentType, body, isLasting = false } = answer;
      const cache = isLasting ? 'private, max-age=86400, immutable' : 'no-store';
      response.writeHead(200, { ...headers, 'content-type': contentType, 'cache-control': cache });
      response.end(body);
      return;
    }
    case 'events': {
      const type = { 'content-type': 'text/event-stream', 'cache-control': 'no-store' };
      response.writeHead(200, { ...headers, ...type });
      response.flushHeaders();
      const end = answer.start((event) => response.write(`data: ${JSON.stringify(event)}\n\n`));
      response.on('close', end);
    }
  }
}

function refuse(response: ServerResponse, status: number, reason: string): void {
  if (response.headersSent) return void response.destroy();
  response.writeHead(status, { ...headers, 'content-type': 'text/plain; charset=utf-8' });
  response.end(`${reason}\n`);
}

function cannotListen(port: number, cause: NodeJS.ErrnoException): LimberError {
  const isTaken = cause.code === 'EADDRINUSE';
  const problem = {
    where: `--port ${port}`,
    what: isTaken ? 'taken by another program' : 'cannot be listened on',
    expected: 'a free port',
    ...(isTaken ? {} : { got: cause.code ?? cause.message }),
    fix: 'Leave --port out: any free port is taken.',
  };
  return new LimberError('invalid-argument', problem, { cause });
}
