import { existsSync } from 'node:fs';

const usualPlaces = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

/**
 * The browser of `CHROMIUM_PATH`, or the one that is installed.
 * @throws Error that says how to install one
 */
export function chromiumPath(): string {
  const { CHROMIUM_PATH } = process.env;
  const places = CHROMIUM_PATH ? [CHROMIUM_PATH] : usualPlaces;
  const found = places.find((place) => existsSync(place));
  if (!found) {
    throw new Error(
      `No Chromium at ${places.join(', ')}. Install one ("apt-get install chromium"), or name it in CHROMIUM_PATH.`
    );
  }
  return found;
}
