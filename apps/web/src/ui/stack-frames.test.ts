import { expect, test } from 'vitest';
import { foldFrames, readStack } from './stack-frames.ts';

const STACK = `PaymentError: card declined
asked twice
    at charge (/srv/app/src/charge.ts:41:13)
    at async /srv/app/src/order.ts:9:3
    at Workflow.step (/srv/app/node_modules/@durable-effect/workflow/dist/step.js:112:20)
    at FiberRuntime.runLoop (app/app.node.mjs:18007:34)
    at app/app.node.mjs:18015:31
    at main (app/app.node.mjs:3:1)
    at process.processTicksAndRejections (node:internal/process/task_queues:105:5)`;

test('tells the message from the frames', () => {
  expect(readStack(STACK).head).toBe('PaymentError: card declined\nasked twice');
  expect(readStack(STACK).frames[0]).toEqual({
    text: 'at charge (/srv/app/src/charge.ts:41:13)',
    call: 'charge',
    place: '/srv/app/src/charge.ts:41:13',
    own: true,
  });
});

test('folds frames of packages and of the runtime, also where a bundle hides their files', () => {
  const groups = foldFrames(readStack(STACK).frames);
  expect(groups.map(({ own, frames }) => [own, frames.length])).toEqual([
    [true, 2],
    [false, 3],
    [true, 1],
    [false, 1],
  ]);
});

test('a text without frames is a message', () => {
  expect(readStack('BareTagged')).toEqual({ head: 'BareTagged', frames: [] });
});
