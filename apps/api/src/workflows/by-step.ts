/** What belongs to steps, by the step's name, each list in the order in which it came. */
export function byStep<T extends { stepName: string }>(parts: Iterable<T>): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const part of parts) {
    const group = groups.get(part.stepName);
    if (group === undefined) groups.set(part.stepName, [part]);
    else group.push(part);
  }
  return groups;
}
