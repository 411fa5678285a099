/** In which order environments are told. Pure. */
const FIRST = ['production', 'prod', 'staging', 'development', 'dev'];

/** production first, then staging, then the others by name. */
export function byImportance(left: string, right: string): number {
  const place = (env: string): number => (FIRST.includes(env) ? FIRST.indexOf(env) : FIRST.length);
  return place(left) - place(right) || left.localeCompare(right);
}
