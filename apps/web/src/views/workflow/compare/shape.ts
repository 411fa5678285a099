/** How two inputs differ in their shape: names and kinds, not values. Pure; elements of a list count as one. */
import { kindOf } from '../../../ui/json/json-rows.ts';

/** Kinds by path; `items[].price`. */
type Shape = Map<string, Set<string>>;

const MOST_PATHS = 5_000;

function shapeOf(value: unknown): Shape {
  const shape: Shape = new Map();
  const open: [string, unknown][] = [['', value]];
  while (open.length > 0 && shape.size < MOST_PATHS) {
    const [path, one] = open.pop()!;
    const kind = kindOf(one);
    const kinds = shape.get(path);
    if (kinds === undefined) shape.set(path, new Set([kind]));
    else kinds.add(kind);
    if (kind === 'array') for (const element of one as unknown[]) open.push([`${path}[]`, element]);
    if (kind === 'object')
      for (const [name, member] of Object.entries(one as object))
        open.push([path === '' ? name : `${path}.${name}`, member]);
  }
  return shape;
}

export interface ShapeDifference {
  path: string;
  /** Kinds in words; null: not there. */
  left: string | null;
  right: string | null;
}

/** Where a thing is missing on one side, what lies in it is not told again. */
export function shapeDifferences(left: unknown, right: unknown): ShapeDifference[] {
  const [a, b] = [shapeOf(left), shapeOf(right)];
  const paths = [...new Set([...a.keys(), ...b.keys()])].toSorted();
  const told: ShapeDifference[] = [];
  for (const path of paths) {
    const [l, r] = [words(a.get(path)), words(b.get(path))];
    if (l === r) continue;
    const missing = told.some(
      (one) =>
        (one.left === null || one.right === null) &&
        (path.startsWith(`${one.path}.`) || path.startsWith(`${one.path}[`)),
    );
    if (!missing) told.push({ path, left: l, right: r });
  }
  return told;
}

function words(kinds: Set<string> | undefined): string | null {
  return kinds === undefined ? null : [...kinds].toSorted().join(' or ');
}
