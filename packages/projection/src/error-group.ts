/** Groups of like errors: the message and the first frame of the stack, with everything that varies folded out. */
import { createHash } from 'node:crypto';

/** A fingerprint, 16 hex digits: errors that differ only in numbers, ids, addresses or line numbers share it. */
export function errorGroup(message: string, stack: string | undefined): string {
  const text = `${normaliseError(message)}\n${normaliseError(firstFrame(stack))}`;
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/** The part of an error's text that its like share, at most 1,000 characters of it. */
export function normaliseError(text: string): string {
  return text
    .slice(0, 1000)
    .replaceAll(/\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b/gi, '<id>')
    .replaceAll(/\b(?:0x[0-9a-f]+|(?=[0-9a-f]*\d)[0-9a-f]{12,})\b/gi, '<id>')
    .replaceAll(/\d+(?:\.\d+)?/g, '<n>')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

function firstFrame(stack: string | undefined): string {
  if (stack === undefined) return '';
  return /^\s*at .*$/m.exec(stack.slice(0, 10_000))?.[0] ?? '';
}
