/** A problem that its message explains in full to the person at the terminal: shown as one line, without a stack. */
export class PlainError extends Error {
  override name = 'PlainError';
}
