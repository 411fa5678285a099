/**
 * Where rows lie, so that a drain changes what it has read without looking it up again.
 *
 * A place holds until its row is changed. Those who change rows of the log and of the work list hold the lock of their
 * workflow, so a place that was read under that lock holds until the end of the transaction. Nothing relies on it:
 * what is no longer at its place is looked up by its key.
 */

/** Physical places of one pending event. */
export interface PendingPlace {
  /** ctid of its row on the work list. */
  readonly pending: string;
  /** Partition of the log, as a name to be put into a statement, and ctid in it; null: not in the log. */
  readonly log: { readonly table: string; readonly ctid: string } | null;
}

/** Parameter for `ctid = ANY ($1::text::tid[])`. */
export function ctidArray(ctids: readonly string[]): string {
  return `{${ctids.map((ctid) => `"${ctid}"`).join(',')}}`;
}
