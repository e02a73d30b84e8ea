/** Playwright's global setup: builds the program once where it is missing or older than its sources. */
import { buildIfStale } from '../../scripts/build-if-stale.mjs';

// eslint-disable-next-line no-restricted-exports -- Playwright takes a setup by its default export.
export default function globalSetup() {
  buildIfStale();
}
