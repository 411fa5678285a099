import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';

/** What a process says that is asked for the time twice, before and after a step of its clock. */
const PROGRAM = `
  const say = () => process.send({
    now: Date.now(), made: new Date().getTime(), text: Date.parse(Date()), fixed: new Date(5).getTime(),
    parts: new Date(2026, 0, 2).getDate(), isDate: new Date() instanceof Date, utc: Date.UTC(1970, 0, 1),
  });
  process.on('message', say);
  say();`;
const HOUR_MS = 3_600_000;

test('a process that is told so lives an hour ahead, in whatever way it asks for the time', async () => {
  const clock = pathToFileURL(path.join(import.meta.dirname, 'stepped-clock.ts')).href;
  const child = spawn(process.execPath, ['--import', 'tsx', '--import', clock, '--eval', PROGRAM], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const gone = once(child, 'exit');
  try {
    const before = Date.now();
    const [first] = (await once(child, 'message')) as [Record<string, number | boolean>];
    expect(first).toMatchObject({ fixed: 5, parts: 2, isDate: true, utc: 0 });
    expect(Math.abs(Number(first['now']) - before)).toBeLessThan(HOUR_MS / 2);
    child.send({ clockOffsetMs: HOUR_MS });
    const [then] = (await once(child, 'message')) as [Record<string, number | boolean>];
    expect(then).toMatchObject({ fixed: 5, parts: 2, isDate: true, utc: 0 });
    // The text has no milliseconds.
    const ahead = ['now', 'made', 'text'].map((way) => Number(then[way]) - before);
    expect(Math.min(...ahead)).toBeGreaterThan(HOUR_MS - 1_000);
  } finally {
    child.kill('SIGKILL');
    await gone;
  }
});
