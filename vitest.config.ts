import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

// Workspace packages are tested from their source, without a build. Not 'module': it names builds for bundlers, which
// Node cannot load (that of @opentelemetry/api has imports without file extensions).
const conditions = ['source', 'node', 'development|production'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  // The environment that vitest loads the global setup in.
  environments: { __vitest__: { resolve: { conditions } } },
  test: {
    include: ['packages/*/{src,test}/**/*.test.ts', 'apps/*/{src,test}/**/*.test.ts', 'bench/{src,test}/**/*.test.ts'],
    globalSetup: ['packages/testkit/src/global-setup.ts'],
    pool: 'forks',
    // Each file brings real servers and processes of its own: more files at once only make them wait for each other.
    maxWorkers: Math.min(4, Math.max(2, availableParallelism())),
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
