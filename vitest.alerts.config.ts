/**
 * The alert rules with a real Prometheus: `npm run test:alerts`. A config of its own, because it takes minutes and needs
 * Prometheus on the PATH, and `npm test` must pass, with nothing skipped, without it.
 */
import { defineConfig } from 'vitest/config';
import shared from './vitest.config.ts';

export default defineConfig({
  ...shared,
  test: {
    ...shared.test,
    include: ['apps/cli/test/**/*.alerts.ts'],
    testTimeout: 90_000,
    hookTimeout: 120_000,
  },
});
