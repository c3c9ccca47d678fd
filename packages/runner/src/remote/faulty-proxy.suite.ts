import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer, request } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

/** What goes wrong with one request. */
export type Fault =
  | 'none'
  /** The connection is cut in the middle of what is sent to the server. */
  | 'cut-request'
  /** The connection is cut in the middle of the answer. */
  | 'cut-answer'
  /** The server stores it, and the answer is lost. */
  | 'lost-answer'
  | '503'
  /** The server forbids it. */
  | '403'
  /** No answer at all. */
  | 'silence';

/** A proxy in front of a server. */
export interface FaultyProxy {
  readonly url: string;
  /** How often each fault was met. */
  readonly met: Map<Fault, number>;
  close(): Promise<void>;
}

/** Starts a proxy that asks `nextFault` about each request. */
export async function startFaultyProxy(
  targetPort: number,
  nextFault: (method: string, path: string) => Fault,
): Promise<FaultyProxy> {
  const met = new Map<Fault, number>();
  const server: Server = createServer((incoming, answer) => {
    const fault = nextFault(incoming.method!, incoming.url!);
    met.set(fault, (met.get(fault) ?? 0) + 1);
    if (fault === 'silence') return;
    if (fault === '503' || fault === '403') {
      incoming.resume();
      const code = fault === '403' ? 'AccessDenied' : 'SlowDown';
      const message = `<Error><Code>${code}</Code><Message>not now</Message></Error>`;
      answer.writeHead(Number(fault)).end(incoming.method === 'HEAD' ? undefined : message);
      return;
    }
    pass(incoming, answer, { port: targetPort, fault });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    met,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function pass(
  incoming: IncomingMessage,
  answer: ServerResponse,
  { port, fault }: { readonly port: number; readonly fault: Fault },
): void {
  const { method, url, headers } = incoming;
  const outgoing = request({ host: '127.0.0.1', port, method, path: url, headers });
  outgoing.on('error', () => answer.destroy());
  let sent = 0;
  const expected = Number(headers['content-length'] ?? 0);
  incoming.on('data', (chunk: Buffer) => {
    if (fault === 'cut-request') {
      outgoing.write(chunk.subarray(0, Math.floor(chunk.length / 2)));
      outgoing.destroy();
      incoming.destroy();
      return;
    }
    sent += chunk.length;
    outgoing.write(chunk);
  });
  incoming.on('end', () => {
    if (fault === 'cut-request' && expected === 0) outgoing.destroy();
    else if (sent === expected) outgoing.end();
  });
  outgoing.on('response', (response) => {
    if (fault === 'lost-answer') {
      response.resume();
      response.on('end', () => answer.destroy());
      return;
    }
    answer.writeHead(response.statusCode!, response.headers);
    response.on('data', (chunk: Buffer) => {
      if (fault === 'cut-answer') {
        answer.write(chunk.subarray(0, Math.floor(chunk.length / 2)));
        answer.destroy();
        response.destroy();
      } else answer.write(chunk);
    });
    response.on('end', () => answer.end());
  });
}
