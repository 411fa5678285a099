import { watch, type FSWatcher } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../../..', import.meta.url));
/** Editors write a file in several steps, and a branch switch writes many files. */
const SETTLE_MS = 150;

/** What a change concerns: one app, or everything where a shared package changed. */
export type Changed = { app: string } | { app: null; package: string };

/**
 * Watches the source of packages and apps for the development loop. Tests are left out: no service runs them.
 *
 * @returns what ends the watching
 */
export function watchSource(onChange: (changes: Changed[]) => void): () => void {
  const pending = new Map<string, Changed>();
  let timer: NodeJS.Timeout | undefined;
  const note = (kind: 'apps' | 'packages', file: string | null) => {
    const [name = '', folder] = (file ?? '').split(path.sep);
    if (folder !== 'src' || file === null || !file.endsWith('.ts') || file.endsWith('.test.ts')) return;
    pending.set(`${kind}/${name}`, kind === 'apps' ? { app: name } : { app: null, package: name });
    clearTimeout(timer);
    timer = setTimeout(() => {
      const changes = [...pending.values()];
      pending.clear();
      onChange(changes);
    }, SETTLE_MS);
  };
  const watchers: FSWatcher[] = (['apps', 'packages'] as const).map((kind) =>
    watch(path.join(ROOT, kind), { recursive: true }, (_event, file) => note(kind, file)),
  );
  return () => {
    clearTimeout(timer);
    for (const watcher of watchers) watcher.close();
  };
}
