import { readFileSync } from 'node:fs';
import { certificateFile } from '@wm/testkit';
import { expect, test } from 'vitest';
import { encryptedAddress } from './tls.ts';

const caFile = certificateFile('ca.pem');
const ca = readFileSync(caFile, 'utf8');
const at = (params: string, host = 'db.example.com') => encryptedAddress(`postgres://u:p@${host}:5432/wm${params}`);

test.each([
  ['', false],
  ['?sslmode=disable', false],
  ['?sslmode=require', { rejectUnauthorized: false, checkServerIdentity: expect.any(Function) as unknown }],
  [`?sslmode=require&sslrootcert=${caFile}`, { ca, checkServerIdentity: expect.any(Function) as unknown }],
  [`?sslmode=verify-ca&sslrootcert=${caFile}`, { ca, checkServerIdentity: expect.any(Function) as unknown }],
  [`?sslmode=verify-full&sslrootcert=${caFile}`, { ca }],
  [`?sslrootcert=${caFile}`, { ca }],
  ['?sslmode=verify-full', {}],
  ['?sslmode=verify-full&sslrootcert=system', {}],
])('%s', (params, ssl) => {
  expect(at(params)).toEqual({ url: 'postgres://u:p@db.example.com:5432/wm', ssl });
});

test('what is not about encryption stays in the address', () => {
  expect(at('?sslmode=require&statement_timeout=5').url).toBe(
    'postgres://u:p@db.example.com:5432/wm?statement_timeout=5',
  );
});

test.each([
  ['?sslmode=always', 'db', 'must be one of disable'],
  ['?sslmode=prefer', 'db', 'must be one of disable'],
  ['?sslmode=verify-ca', 'db', 'needs sslrootcert'],
  ['?sslmode=verify-full', '10.0.0.1', 'Give its name'],
  ['?sslmode=verify-full', '[::1]', 'Give its name'],
  ['?sslmode=require&sslrootcert=/nonexistent/ca.pem', 'db', 'cannot be read (ENOENT). Nothing was connected.'],
])('%s at %s is refused', (params, host, message) => {
  expect(() => at(params, host)).toThrow(message);
  expect(() => at(params, host)).not.toThrow('u:p');
});
