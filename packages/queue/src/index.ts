export { createConsumer } from './consumer.ts';
export type { Consumer, ConsumerOptions } from './consumer.ts';
export { prepareQueue } from './prepare-queue.ts';
export { queueTarget } from './target.ts';
export type { QueueTarget } from './target.ts';
export type { WakeUp, WorkflowKey } from './wake-up.ts';
export { createWakeUps } from './wake-ups.ts';
export type { QueueCounts, WakeUps, WakeUpsOptions } from './wake-ups.ts';
