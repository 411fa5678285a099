import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';

const runtimeFile = z.object({
  ingest: z.string(),
  api: z.string(),
  databaseUrl: z.string(),
  redisUrl: z.string().nullable(),
  processes: z.array(z.object({ name: z.string(), pid: z.int().positive() })),
});

/** What a running `npm start` tells about itself in its data folder, for commands, scripts and tests. */
export type RuntimeFile = z.infer<typeof runtimeFile>;

function locationIn(dataDir: string): string {
  return path.join(dataDir, 'runtime.json');
}

/** Writes beside and renames, so that a reader sees the old text or the new one. Holds a password, hence mode 0600. */
export function writeRuntimeFile(dataDir: string, content: RuntimeFile): void {
  const beside = `${locationIn(dataDir)}.${process.pid}`;
  writeFileSync(beside, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
  renameSync(beside, locationIn(dataDir));
}

/** The runtime file of a data folder, or null where there is none or it is not one of ours. */
export function readRuntimeFile(dataDir: string): RuntimeFile | null {
  try {
    return runtimeFile.parse(JSON.parse(readFileSync(locationIn(dataDir), 'utf8')));
  } catch {
    return null;
  }
}

export function removeRuntimeFile(dataDir: string): void {
  rmSync(locationIn(dataDir), { force: true });
}
