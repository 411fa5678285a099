import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';

export interface CopyOptions {
  /** Called with the bytes of each piece. */
  onBytes: (bytes: number) => void;
  /** Checked between pieces. */
  signal: AbortSignal;
  /** Who gets the copy; who copies where absent. */
  owner?: { uid: number; gid: number } | null;
}

const PIECE = 1 << 20;

/**
 * Copies a file to a place where there is none, readable for its owner only, and has it on disk when it resolves.
 *
 * @returns size and SHA-256 of what was copied
 * @throws what the file system says, or the signal's reason; what was written until then stays
 */
export async function copyFile(
  from: string,
  to: string,
  { onBytes, signal, owner }: CopyOptions,
): Promise<{ bytes: number; sha256: string }> {
  const source = await open(from, 'r');
  try {
    const target = await open(to, 'wx', 0o600);
    try {
      if (owner) await target.chown(owner.uid, owner.gid);
      const copied = await copyPieces(source, target, { onBytes, signal });
      await target.sync();
      return copied;
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}

async function copyPieces(
  source: FileHandle,
  target: FileHandle,
  { onBytes, signal }: CopyOptions,
): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash('sha256');
  const buffer = Buffer.allocUnsafe(PIECE);
  for (let bytes = 0; ;) {
    signal.throwIfAborted();
    const { bytesRead } = await source.read(buffer, 0, PIECE, bytes);
    if (bytesRead === 0) return { bytes, sha256: hash.digest('hex') };
    const piece = buffer.subarray(0, bytesRead);
    hash.update(piece);
    await target.writeFile(piece);
    bytes += bytesRead;
    onBytes(bytesRead);
  }
}

/** Has the names in a folder on disk, not only the files. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
