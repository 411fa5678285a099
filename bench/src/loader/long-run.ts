/** A run of ten thousand events, which no scenario of the simulator has. */
import type { Random, SimulatedEvent, Slice } from '@wm/simulator';

const STEPS = 5_000;

/** The run begins and ends as the one given, with thousands of steps between. */
export function longRun([slice]: readonly Slice[], random: Random): Slice[] {
  const first = slice!.events[0]!;
  const last = slice!.events.at(-1)!;
  const { eventId: _id, timestamp, type: _type, input: _input, ...common } = first;
  let at = Date.parse(timestamp);
  let count = 0;
  const stamped = (): { eventId: string; timestamp: string } => {
    count += 1;
    const time = at.toString(16).padStart(12, '0');
    const place = count.toString(16).padStart(8, '0');
    const eventId = `${time.slice(0, 8)}-${time.slice(8)}-7${place.slice(0, 3)}-8${place.slice(3, 6)}-${place.slice(6)}${random.hex(10)}`;
    return { eventId, timestamp: new Date(at).toISOString() };
  };
  const events: SimulatedEvent[] = [{ ...first, ...stamped() }];
  const names = Array.from({ length: STEPS }, (_, index) => `Record ${index + 1}`);
  for (const stepName of names) {
    const step = { ...common, stepName, attempt: 1 };
    events.push({ ...step, ...stamped(), type: 'step.started' });
    const durationMs = Math.round(Math.min(random.logNormal(80, 1), 5_000));
    at += durationMs;
    events.push({ ...step, ...stamped(), type: 'step.completed', durationMs, cached: false });
  }
  at += 1;
  events.push({ ...last, ...stamped(), completedSteps: names, durationMs: at - Date.parse(timestamp) });
  return [{ events, endsAt: at }];
}
