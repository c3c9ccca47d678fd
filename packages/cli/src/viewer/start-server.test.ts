import { request } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { LocalServer } from './start-server.ts';
import { startServer } from './start-server.ts';

let server: LocalServer;
beforeAll(async () => {
  server = await startServer(
    [
      { path: /^hello$/, answer: () => text('hello') },
      { path: /^images\/(\d+)$/, answer: ([index]) => text(`image ${index}`) },
    ],
    { port: 0, onFault: () => {} },
  );
});
afterAll(() => server.close());

function text(body: string): { type: 'body'; contentType: string; body: string } {
  return { type: 'body', contentType: 'text/plain', body };
}

/** Sends a path as it is: fetch would tidy it up. */
function ask(
  path: string,
  { method = 'GET', headers = {} }: { method?: string; headers?: Record<string, string> } = {},
): Promise<{ status: number; body: string; headers: NodeJS.Dict<string | string[]> }> {
  const { hostname, port } = new URL(server.address);
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, path, method, headers }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () =>
        resolve({
          status: response.statusCode!,
          body: Buffer.concat(parts).toString(),
          headers: response.headers,
        }),
      );
    });
    sent.on('error', reject);
    sent.end();
  });
}

const own = (): string => new URL(server.address).pathname;

test('the page itself is answered, by either name of this machine', async () => {
  const { port, origin } = new URL(server.address);
  const names = [{}, { host: `localhost:${port}` }, { origin, 'sec-fetch-site': 'same-origin' }];
  for (const headers of names) {
    expect(await ask(`${own()}hello`, { headers })).toMatchObject({ status: 200, body: 'hello' });
  }
});

test('without the right token nothing is answered', async () => {
  const wrong = own().replace(/.\/$/, (end) => (end === 'A/' ? 'B/' : 'A/'));
  for (const path of ['/', '/hello', `${wrong}hello`, own().slice(0, -1), `/x${own()}hello`, '']) {
    expect(await ask(path || '/')).toMatchObject({
      status: 403,
      body: 'the token in the address is wrong: open the address that limber printed\n',
    });
  }
});

test('a name that leads here from elsewhere is refused', async () => {
  for (const host of [
    'attacker.example',
    'localhost.attacker.example',
    '127.0.0.1.nip.example:80',
  ]) {
    const { status, body } = await ask(`${own()}hello`, { headers: { host } });
    expect([status, body]).toEqual([403, `the host "${host}" is not this machine\n`]);
  }
});

test('pages of another origin are refused, whether they say so or the browser does', async () => {
  const { port } = new URL(server.address);
  for (const origin of ['http://attacker.example', 'null', `https://127.0.0.1:${port}`]) {
    const { status, body } = await ask(`${own()}hello`, { headers: { origin } });
    expect([status, body]).toEqual([403, `a page of "${origin}" may not ask\n`]);
  }
  for (const site of ['cross-site', 'same-site']) {
    const headers = { 'sec-fetch-site': site };
    expect(await ask(`${own()}hello`, { headers })).toMatchObject({ status: 403 });
  }
});

test('no path leads to a file', async () => {
  const paths = [
    '../../etc/passwd',
    '%2e%2e/%2e%2e/etc/passwd',
    'images/../hello',
    'images/1/../2',
  ];
  for (const path of [...paths, 'images/..%2f1', 'images/-1', 'images/1%00', '//etc/passwd']) {
    expect(await ask(own() + path)).toMatchObject({ status: 404, body: 'there is no such page\n' });
  }
  expect(await ask(`${own()}images/12`)).toMatchObject({ status: 200, body: 'image 12' });
});

test('nothing but GET is answered, and no other page may use an answer', async () => {
  expect(await ask(`${own()}hello`, { method: 'POST' })).toMatchObject({ status: 405 });
  const { headers } = await ask(`${own()}hello`);
  expect(headers).toMatchObject({
    'cross-origin-resource-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  });
  expect(headers['content-security-policy']).toContain("default-src 'none'");
  expect(headers['access-control-allow-origin']).toBeUndefined();
});

test('a port that is taken is named', async () => {
  const port = Number(new URL(server.address).port);
  await expect(startServer([], { port, onFault: () => {} })).rejects.toThrow(
    `--port ${port}: taken by another program: expected a free port. Leave --port out: any free port is taken.`,
  );
});

test('closing ends the events that a page listens to', async () => {
  const other = await startServer(
    [{ path: /^events$/, answer: () => ({ type: 'events', start: () => () => {} }) }],
    { port: 0, onFault: () => {} },
  );
  const response = await fetch(`${other.address}events`);
  expect(response.headers.get('content-type')).toBe('text/event-stream');
  await other.close();
  await expect(response.text()).rejects.toThrow();
});
