/**
 * Loaded into a service's process before its own program: sets the process's clock forward or back by what the harness
 * says, as a time server does to a machine. Timers and performance.now() go on evenly, as they do there.
 */

/** What the harness sends to the process. */
export interface ClockStep {
  readonly clockOffsetMs: number;
}

const RealDate = Date;
let offsetMs = 0;

const now = (): number => RealDate.now() + offsetMs;

globalThis.Date = new Proxy(RealDate, {
  apply: () => new RealDate(now()).toString(),
  construct: (target, args, newTarget) =>
    Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget) as object,
  get: (target, name) => (name === 'now' ? now : (Reflect.get(target, name) as unknown)),
});

process.on('message', (message: Partial<ClockStep> | null) => {
  if (typeof message?.clockOffsetMs === 'number') offsetMs = message.clockOffsetMs;
});
