/** Every captured event can be stored. Needs CAPTURED_FIXTURES, see vitest.captured.config.ts. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { isJobEventType, isWorkflowEventType, readBody, readEvent } from '@wm/events';
import { expect, test } from 'vitest';

const folder = process.env['CAPTURED_FIXTURES'];
if (folder === undefined || folder === '') {
  throw new Error(
    'CAPTURED_FIXTURES is not set: nothing was read. Set it to the folder of the captured *.jsonl files.',
  );
}

test.each(readdirSync(folder))('%s', (file) => {
  for (const line of readFileSync(path.join(folder, file), 'utf8').trim().split('\n')) {
    const body = readBody(Buffer.from(line));
    if (body.kind !== 'events') throw new Error(body.problem);
    for (const raw of body.events) {
      const read = readEvent(raw, Date.parse('2100-01-01T00:00:00Z'));
      if (read.kind === 'rejected') throw new Error(read.rejection.detail);
      expect(isWorkflowEventType(read.event.type) || isJobEventType(read.event.type)).toBe(true);
      // Some captured inputs hold what PostgreSQL or JavaScript cannot.
      expect(['text_marked', 'number_as_text']).toEqual(expect.arrayContaining(read.event.flags));
    }
  }
});
