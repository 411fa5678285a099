import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { BROKEN, makeBrokenWorker } from './broken.ts';
import type { Broken } from './broken.ts';

test.each(Object.keys(BROKEN) as Broken[])('the source still holds what --broken %s changes', (broken) => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'wm-broken-'));
  try {
    expect(existsSync(makeBrokenWorker(broken, path.join(folder, 'worker')))).toBe(true);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
