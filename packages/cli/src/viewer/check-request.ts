import { timingSafeEqual } from 'node:crypto';

/** The parts of an HTTP request that decide whether it is answered. */
export interface RequestFacts {
  readonly method?: string | undefined;
  /** Path and query, as they were sent. */
  readonly url?: string | undefined;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/** A request that may be answered, or how it is refused. */
export type CheckedRequest =
  | {
      readonly type: 'allowed';
      /** Behind the token, not decoded. */
      readonly path: string;
      readonly query: URLSearchParams;
    }
  | { readonly type: 'refused'; readonly status: 403 | 405; readonly reason: string };

/** Names of this machine that no other one can take. */
const ownNames = new Set(['127.0.0.1', 'localhost', '[::1]']);

/**
 * Decides whether a request comes from the page itself: with its token, to this machine by its own name (a page that has its
 * name lead here has another one), and from no page of another origin.
 *
 * @param token - the first part of every path.
 */
export function checkRequest(
  { method, url = '', headers }: RequestFacts,
  token: string,
): CheckedRequest {
  if (method !== 'GET') return { type: 'refused', status: 405, reason: 'only GET is answered' };
  const host = headerOf(headers, 'host');
  if (!ownNames.has(host.replace(/:\d+$/, ''))) {
    return refused(`the host "${host}" is not this machine`);
  }
  const origin = headerOf(headers, 'origin');
  if (origin !== '' && origin !== `http://${host}`) {
    return refused(`a page of "${origin}" may not ask`);
  }
  const site = headerOf(headers, 'sec-fetch-site');
  if (!['', 'none', 'same-origin'].includes(site)) return refused('another page may not ask');
  const [path = '', query = ''] = url.split('?', 2);
  const [, first = '', ...rest] = path.split('/');
  if (!isEqual(first, token) || rest.length === 0) {
    return refused('the token in the address is wrong: open the address that limber printed');
  }
  return { type: 'allowed', path: rest.join('/'), query: new URLSearchParams(query) };
}

function refused(reason: string): CheckedRequest {
  return { type: 'refused', status: 403, reason };
}

function headerOf(headers: RequestFacts['headers'], name: string): string {
  return [headers[name] ?? ''].flat().join(',');
}

/** Takes as long wherever the texts differ. */
function isEqual(text: string, token: string): boolean {
  const [given, expected] = [Buffer.from(text), Buffer.from(token)];
  return given.length === expected.length && timingSafeEqual(given, expected);
}
