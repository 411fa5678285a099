import { fileURLToPath } from 'node:url';

export type App = 'ingest' | 'worker' | 'api' | 'cli';

/** True in the development loop and in tests: then everything we start runs from source as well. */
const RUNS_FROM_SOURCE = import.meta.url.endsWith('.ts');

/** The program of an app: what production runs, or its source where we are run from source ourselves. */
export function programOf(app: App): string {
  return fileURLToPath(
    new URL(`../../../${app}/${RUNS_FROM_SOURCE ? 'src/main.ts' : 'dist/main.js'}`, import.meta.url),
  );
}
