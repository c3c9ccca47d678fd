import { existsSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { chromium } from 'playwright-core';

const places = [process.env['LIMBER_CHROMIUM'], '/usr/bin/chromium', '/usr/bin/google-chrome'];

/** The system's Chromium; none is fetched. `LIMBER_CHROMIUM` names another one. */
export const browserPath: string | undefined = places.find(
  (place) => place !== undefined && existsSync(place),
);

/** What a run without a browser says instead of testing pages in it. */
export const whyNoBrowser =
  'pages are not tested in a browser: there is no Chromium (apt-get install chromium, or LIMBER_CHROMIUM=<path>)';

/** Starts the browser without a window. */
export async function startBrowser(): Promise<Browser> {
  return await chromium.launch({ executablePath: browserPath!, args: ['--no-sandbox'] });
}
