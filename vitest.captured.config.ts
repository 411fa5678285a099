/**
 * The replay of captured requests: `CAPTURED_FIXTURES=<folder> npx vitest run --config vitest.captured.config.ts`.
 * A config of its own, because `npm test` must pass, with nothing skipped, where that folder is not at hand.
 */
import { defineConfig } from 'vitest/config';
import shared from './vitest.config.ts';

export default defineConfig({
  ...shared,
  test: {
    ...shared.test,
    include: ['packages/*/test/**/*.captured.ts', 'apps/*/test/**/*.captured.ts'],
    hookTimeout: 120_000,
  },
});
