/** What a backup folder says about itself: `manifest.json`, beside the copied cluster in `postgres/`. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';

const FILE = 'manifest.json';

const manifest = z.object({
  format: z.literal(1),
  /** Of the program that made it. */
  version: z.string(),
  /** Major version of the PostgreSQL that can read it. */
  postgres: z.string(),
  /** ISO times. Every event that was acknowledged before the first is in it; none that came after the second. */
  startedAt: z.string(),
  finishedAt: z.string(),
  /** Folders of the cluster, empty ones too, each after the one that it lies in. */
  folders: z.array(z.string()),
  files: z.array(z.object({ path: z.string(), bytes: z.int().nonnegative(), sha256: z.string() })),
});

export type BackupManifest = z.infer<typeof manifest>;

export const CLUSTER_FOLDER = 'postgres';

export function manifestFile(backup: string): string {
  return path.join(backup, FILE);
}

/** @throws one clear line where the folder holds no whole backup */
export function readManifest(backup: string): BackupManifest {
  let text: string;
  try {
    text = readFileSync(manifestFile(backup), 'utf8');
  } catch (error) {
    throw new Error(
      `${backup} is no backup: there is no ${FILE} in it that can be read (${(error as NodeJS.ErrnoException).code}). ` +
        'A backup that was not finished has none. Nothing was changed.',
      { cause: error },
    );
  }
  const parsed = manifest.safeParse(parseJson(text));
  if (
    !parsed.success ||
    parsed.data.files.some((file) => isOutside(file.path)) ||
    parsed.data.folders.some(isOutside)
  ) {
    throw new Error(
      `${manifestFile(backup)} is damaged or of another version of workflow-monitor. Nothing was changed. Use another backup.`,
    );
  }
  return parsed.data;
}

function isOutside(name: string): boolean {
  return path.isAbsolute(name) || name.split('/').includes('..');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
