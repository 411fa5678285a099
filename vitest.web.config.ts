/**
 * The dashboard in a real browser, on the real product: `npm run test:web`. A config of its own, because it needs Chromium and the
 * build. With CAPTURED_FIXTURES=<folder> it shows the captured requests as well.
 */
import { defineConfig } from 'vitest/config';
import shared from './vitest.config.ts';

const captured = process.env['CAPTURED_FIXTURES'] ? ['apps/web/test/**/*.web-captured.ts'] : [];

export default defineConfig({
  ...shared,
  test: {
    ...shared.test,
    include: ['apps/web/test/**/*.web.ts', ...captured],
    globalSetup: ['packages/testkit/src/global-setup.ts', 'apps/web/test/harness/global-setup.ts'],
    // A browser and its page want a core each.
    maxWorkers: 2,
    expect: { poll: { timeout: 20_000 } },
    testTimeout: 90_000,
    hookTimeout: 120_000,
  },
});
