import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { stepRowId } from '@wm/projection';

/** RFC 9562, section 5.5, word for word. */
function uuidv5(namespace: string, name: string): string {
  const bytes = createHash('sha1').update(Buffer.from(namespace, 'hex')).update(name, 'utf8').digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x50, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

test('ids of rows are UUIDv5 of their keys, whatever their names hold and however long they are', () => {
  const name = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.string({ unit: 'grapheme', minLength: 1_000, maxLength: 3_000 }),
  );
  fc.assert(
    fc.property(name, name, fc.nat(), (workflowId, stepName, run) => {
      const parts = ['step', 'production', 'orders', workflowId, run, stepName];
      const id = stepRowId({ env: 'production', serviceKey: 'orders', workflowId }, run, stepName);
      expect(id).toBe(uuidv5('b1c6a1a46d0b5a559a3e3a0c3d1f6f10', parts.join('\0')));
    }),
  );
});
