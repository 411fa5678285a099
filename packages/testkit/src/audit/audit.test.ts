import { expect, test } from 'vitest';
import { readAdvisories } from './advisories.ts';
import { checkLicences } from './licences.ts';

test('high and critical advisories count, lower ones are only counted', () => {
  const output = JSON.stringify({
    vulnerabilities: {
      a: { severity: 'critical', via: [{ title: 'runs anything', url: 'https://example.com/a' }] },
      b: { severity: 'high', via: ['a'] },
      c: { severity: 'moderate', via: [{ title: 'slow' }] },
    },
    metadata: {},
  });
  expect(readAdvisories(output)).toEqual({
    kind: 'answered',
    severe: ['a (critical): runs anything https://example.com/a', 'b (high): by way of a'],
    others: 1,
  });
});

test('no advisory at all is an answer', () => {
  expect(readAdvisories('{"vulnerabilities":{},"metadata":{}}')).toEqual({ kind: 'answered', severe: [], others: 0 });
});

test.each([
  ['{"message":"405 Method Not Allowed - POST https://example.com/bulk","statusCode":405}', '405 Method Not Allowed'],
  ['{"error":{"code":"ENOTFOUND","summary":""}}', 'ENOTFOUND'],
  ['npm error network', 'npm error network'],
  ['', 'npm printed nothing'],
])('a registry that does not answer is told apart: %s', (output, why) => {
  expect(readAdvisories(output)).toEqual({ kind: 'no answer', why });
});

test('licences of what runs in production are checked', () => {
  const packages = {
    '': { license: 'MIT' },
    'node_modules/good': { license: 'MIT' },
    'node_modules/choice': { license: '(GPL-3.0 OR MIT)' },
    'node_modules/both': { license: 'MIT AND GPL-3.0' },
    'node_modules/good/node_modules/nameless': {},
    'node_modules/tool': { license: 'GPL-3.0', dev: true },
    'node_modules/@wm/api': { link: true },
  };
  expect(checkLicences(JSON.stringify({ packages }))).toEqual({
    checked: 4,
    refused: ['both: MIT AND GPL-3.0', 'nameless: none named'],
  });
});
