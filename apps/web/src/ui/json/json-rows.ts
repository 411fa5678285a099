/** JSON as lines that can be folded. Pure, without recursion: real inputs are nested 200 deep. */

export type Path = readonly (string | number)[];

export interface JsonRow {
  /** Tells rows apart: the path as text. */
  id: string;
  depth: number;
  path: Path;
  /** Name or place in what it is part of; null: the whole. */
  name: string | number | null;
  value: unknown;
  kind: 'object' | 'array' | 'string' | 'number' | 'boolean' | 'null';
  /** Members of an object or array. */
  size: number;
  folded: boolean;
}

export function kindOf(value: unknown): JsonRow['kind'] {
  if (value === null || value === undefined) return 'null';
  if (Array.isArray(value)) return 'array';
  const kind = typeof value;
  return kind === 'string' || kind === 'number' || kind === 'boolean' ? kind : 'object';
}

export function idOf(path: Path): string {
  return JSON.stringify(path);
}

/** How what is not named in `turned` stands, and what was turned the other way. */
export interface Folds {
  /** Things this deep or deeper are folded unless they were turned. */
  depth: number;
  turned: ReadonlySet<string>;
}

/** The lines in sight, in order. */
export function jsonRows(whole: unknown, folds: Folds): JsonRow[] {
  const rows: JsonRow[] = [];
  const open: { path: Path; name: JsonRow['name']; value: unknown; depth: number }[] = [
    { path: [], name: null, value: whole, depth: 0 },
  ];
  while (open.length > 0) {
    const { path, name, value, depth } = open.pop()!;
    const kind = kindOf(value);
    const id = idOf(path);
    const members = membersOf(value, kind);
    const size = members.length;
    const folded = size > 0 && depth >= folds.depth !== folds.turned.has(id);
    rows.push({ id, depth, path, name, value, kind, size, folded });
    if (folded) continue;
    for (const [key, member] of members.toReversed())
      open.push({ path: [...path, key], name: key, value: member, depth: depth + 1 });
  }
  return rows;
}

function membersOf(value: unknown, kind: JsonRow['kind']): [string | number, unknown][] {
  if (kind === 'array') return (value as unknown[]).map((member, index) => [index, member]);
  if (kind === 'object') return Object.entries(value as object);
  return [];
}

/** Up to `most` lines can be open at first: how deep that is. */
export function openDepth(whole: unknown, most: number): number {
  let level: unknown[] = [whole];
  let lines = 1;
  let depth = 0;
  while (level.length > 0) {
    const next: unknown[] = [];
    for (const value of level) {
      for (const [, member] of membersOf(value, kindOf(value))) next.push(member);
      if (lines + next.length > most) return Math.max(1, depth);
    }
    lines += next.length;
    depth += 1;
    level = next;
  }
  return Infinity;
}

/** Places of names and plain values that hold a text, upper or lower case alike; at most so many. */
export function searchJson(whole: unknown, text: string, most = 1_000): Path[] {
  const needle = text.toLowerCase();
  const found: Path[] = [];
  if (needle === '') return found;
  const open: { path: Path; value: unknown }[] = [{ path: [], value: whole }];
  while (open.length > 0 && found.length < most) {
    const { path, value } = open.pop()!;
    const kind = kindOf(value);
    const name = path.at(-1);
    const plain = kind === 'object' || kind === 'array' ? '' : String(value);
    if ((typeof name === 'string' && name.toLowerCase().includes(needle)) || plain.toLowerCase().includes(needle))
      found.push(path);
    for (const [key, member] of membersOf(value, kind).toReversed()) open.push({ path: [...path, key], value: member });
  }
  return found;
}

/** The folds with everything above a place open. */
export function revealed(folds: Folds, path: Path): Folds {
  const turned = new Set(folds.turned);
  for (let depth = 0; depth < path.length; depth += 1) {
    const id = idOf(path.slice(0, depth));
    if (depth >= folds.depth) turned.add(id);
    else turned.delete(id);
  }
  return { ...folds, turned };
}

/** items[3].price["unit price"] */
export function pathText(path: Path): string {
  return path
    .map((key, nth) =>
      typeof key === 'number'
        ? `[${key}]`
        : /^[A-Za-z_$][\w$]*$/.test(key)
          ? `${nth === 0 ? '' : '.'}${key}`
          : `[${JSON.stringify(key)}]`,
    )
    .join('');
}

/** What the list of workflows takes to find runs with the same value there; null: it looks at plain values outside of arrays. */
export function tagOf(path: Path, value: unknown): string | null {
  const kind = kindOf(value);
  if (path.length === 0 || kind === 'object' || kind === 'array' || path.some((key) => typeof key === 'number'))
    return null;
  const text = String(value);
  if (text.length > 200 || path.some((key) => String(key).includes('='))) return null;
  return `${path.map((key) => String(key).replaceAll('\\', '\\\\').replaceAll('.', '\\.')).join('.')}=${text}`;
}
