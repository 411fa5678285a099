import type { Random } from './random.ts';

/** Inputs that people really pass to workflows and that something on the way may choke on. Undefined: the key is absent. */
const oddInputs: readonly ((random: Random) => unknown)[] = [
  () => undefined,
  () => null,
  () => 'just a string',
  () => '',
  () => 12.5,
  () => false,
  () => [1, [2, { a: 3 }], []],
  () => ({ s: 'a\u0000b' }),
  () => ({ s: 'x\ud83d', '\ude00y': 1 }),
  () => ({ text: 'Zoë 🚀 مرحبا ﷽ \u2028 \u202e', emoji: '👩‍👩‍👧‍👦' }),
  () => ({ 'we\'ird"key\\': "';DROP TABLE--", '': 'empty key', $1: '%s {{x}} <b>' }),
  () => ({ big: 9_007_199_254_740_992, far: 1e308, tiny: 5e-324, negative: -0.1 }),
  () => JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":1},"toString":"no"}') as unknown,
  (random) => ({ blob: random.hex(64).repeat(40) }),
  () => nested(200),
];

function nested(depth: number): unknown {
  let value: unknown = 'end';
  for (let i = 0; i < depth; i += 1) value = { n: value };
  return value;
}

/** One of the odd inputs above. */
export function drawOddInput(random: Random): unknown {
  return random.pick(oddInputs)(random);
}

/** An input of about 300 KB, the largest that was seen. */
export function hugeInput(random: Random): unknown {
  return { blob: random.hex(1000).repeat(300) };
}
