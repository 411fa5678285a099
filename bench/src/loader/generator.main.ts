/** One of the processes that fill a store: makes the workflows of the stretches it is given and copies their rows. */
import { createSql } from '@wm/store';
import type { Sql } from '@wm/store';
import { copyStretch } from './copy-stretch.ts';
import type { GeneratorMessage, GeneratorOrder, GeneratorReply } from './generator-messages.ts';

let work: { readonly order: GeneratorOrder; readonly sql: Sql } | null = null;

async function handle(message: GeneratorMessage): Promise<GeneratorReply | null> {
  if (message === 'end') {
    await work?.sql.end();
    process.disconnect();
    return null;
  }
  if ('url' in message) {
    work = { order: message, sql: createSql(message.url, { applicationName: 'wm-load', max: 6 }) };
    return { workflows: 0, events: 0 };
  }
  const events = await copyStretch(work!.sql, work!.order, message);
  return { workflows: message.to - message.from, events };
}

process.on('message', (message) => {
  void handle(message as GeneratorMessage)
    .catch((error: unknown) => ({ failed: error instanceof Error ? (error.stack ?? error.message) : String(error) }))
    .then((reply) => (reply === null ? undefined : process.send!(reply)));
});
// Whoever began the load is gone, or has no more for us.
process.on('disconnect', () => process.exit());
// Ctrl-C reaches the whole group of processes; the one that began the load ends us.
process.on('SIGINT', () => {});
