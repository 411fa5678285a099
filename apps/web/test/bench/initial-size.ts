/** What a browser loads before it can draw anything: the scripts that the page names, and all that they import statically. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';

const DIST = path.resolve(import.meta.dirname, '../../dist');

export interface InitialSize {
  readonly files: number;
  /** Gzipped, bytes. */
  readonly bytes: number;
}

/** Of the JavaScript that `npm run build` made. */
export async function initialSize(): Promise<InitialSize> {
  const html = await readFile(path.join(DIST, 'index.html'), 'utf8');
  const named = [...html.matchAll(/<(?:script|link rel="modulepreload")[^>]+(?:src|href)="\.\/(assets\/[^"]+\.js)"/g)];
  if (named.length === 0) throw new Error(`${DIST}/index.html names no script. Run npm run build.`);
  const seen = new Set<string>();
  const waiting = named.map(([, file]) => path.join(DIST, file!));
  let bytes = 0;
  for (const file of waiting) {
    if (seen.has(file)) continue;
    seen.add(file);
    const source = await readFile(file, 'utf8');
    bytes += gzipSync(source, { level: 9 }).length;
    for (const [, imported] of source.matchAll(/(?:^|[;}\n])\s*(?:import|export)\b[^;()'"]*["'](\.\/[^"']+\.js)["']/g))
      waiting.push(path.join(path.dirname(file), imported!));
  }
  return { files: seen.size, bytes };
}
