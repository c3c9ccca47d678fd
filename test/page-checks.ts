import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';

/**
 * Opens a page as a reader does, and collects what the browser complains of, and what is asked for from elsewhere.
 *
 * @param widthPx - below 500, it is a phone.
 */
export async function openPage(
  browser: Browser,
  address: string,
  widthPx: number,
): Promise<{ page: Page; complaints: string[] }> {
  const viewport = { width: widthPx, height: 900 };
  const page = await browser.newPage({ viewport, isMobile: widthPx < 500 });
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() !== 'log') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  const { origin } = new URL(address);
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (url.protocol !== 'data:' && url.origin !== origin) complaints.push(`asks for ${url.href}`);
  });
  await page.goto(address);
  return { page, complaints };
}

/** How wide a page is drawn, and how much of it is seen. */
export async function widths(page: Page): Promise<{ drawn: number; seen: number }> {
  return (await page.evaluate(
    '({ drawn: document.documentElement.scrollWidth, seen: window.innerWidth })',
  )) as { drawn: number; seen: number };
}

interface Violation {
  readonly impact: string;
  readonly id: string;
  readonly nodes: readonly { readonly target: readonly string[] }[];
}

/** What axe-core finds serious or critical. */
export async function seriousFaults(page: Page): Promise<string[]> {
  // as a script of the page it would be refused by a page that allows none but its own
  await page.evaluate(axe.source);
  const { violations } = (await page.evaluate('axe.run()')) as { violations: Violation[] };
  return violations
    .filter(({ impact }) => ['serious', 'critical'].includes(impact))
    .map(({ id, nodes }) => `${id}: ${nodes[0]!.target.join(' ')}`);
}
