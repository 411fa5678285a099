/** What was sent and acknowledged, to be found again in the database. Knows the contract, and none of the service's code. */
import { createHash } from 'node:crypto';
import { QUARANTINE_REASONS } from '@wm/events';
import type { Sql } from '@wm/store';
import type { SentEvent } from './hostile-request.ts';
import { ORDINARY_SERVICE } from './ordinary-work.ts';

interface Receipt {
  accepted: number;
  duplicates: number;
  quarantined: { index: number; eventId: string | null; reason: string }[];
}

/** Namespace of derived ids; part of the contract, fixed for ever. */
const DERIVED_IDS = Buffer.from('6d1f3a520c1b5f0e9a372f6f6f0d8c11', 'hex');
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export class Ledger {
  /** Ids that must be in the log, and hashes that must be in the quarantine, each with the request that brought it. */
  #stored = new Map<string, string>();
  #quarantined = new Map<string, string>();
  #accepted = 0;
  #unknown = 0;
  readonly totals = { events: 0, accepted: 0, duplicates: 0, quarantined: 0 };
  /** How many were put aside, by reason. */
  readonly reasons = new Map<string, number>();

  /** @returns what is wrong with the answer itself, or null */
  record(request: string, events: readonly SentEvent[], answer: string): string | null {
    const receipt = JSON.parse(answer) as Receipt;
    const { accepted, duplicates, quarantined } = receipt;
    if (accepted + duplicates + quarantined.length !== events.length) {
      return `The answer counts ${accepted} + ${duplicates} + ${quarantined.length}, but ${events.length} events were sent.`;
    }
    const aside = new Map(quarantined.map((entry) => [entry.index, entry.reason]));
    if (aside.size !== quarantined.length) return 'The answer names an index twice.';
    for (const [index, reason] of aside) {
      if (events[index] === undefined) return `The answer puts the event ${index} aside, and there is none.`;
      if (!Object.hasOwn(QUARANTINE_REASONS, reason)) return `The reason "${reason}" is not one of the contract.`;
      if (reason === 'refused_by_database') return `PostgreSQL refused the event ${index}: a check is missing.`;
      this.reasons.set(reason, (this.reasons.get(reason) ?? 0) + 1);
    }
    for (const [index, { value, raw }] of events.entries()) {
      const reason = aside.get(index);
      if (reason === undefined) this.#stored.set(storedId(value), request);
      else if (raw !== null) this.#quarantined.set(hashOf(reason, raw), request);
    }
    this.#accepted += accepted;
    this.totals.events += events.length;
    this.totals.accepted += accepted;
    this.totals.duplicates += duplicates;
    this.totals.quarantined += quarantined.length;
    return null;
  }

  /** Events of a request without a 202: they may be stored or not. */
  unknown(events: readonly SentEvent[]): void {
    this.#unknown += events.length;
  }

  /** Looks everything up that was recorded since the last time. @returns what is missing or too much */
  async check(sql: Sql): Promise<string[]> {
    const problems: string[] = [];
    const ids = await sql<{ id: string }[]>`
      SELECT id FROM unnest(${[...this.#stored.keys()]}::uuid[]) AS id
      WHERE NOT EXISTS (SELECT FROM workflow_events WHERE workflow_events.id = id.id)`;
    for (const { id } of ids) {
      problems.push(`The event ${id} of "${this.#stored.get(id)}" was acknowledged and is not in the log.`);
    }
    const hashes = await sql<{ hash: string }[]>`
      SELECT hash FROM unnest(${[...this.#quarantined.keys()]}::text[]) AS hash
      WHERE NOT EXISTS (SELECT FROM quarantined_events WHERE quarantined_events.hash = decode(hash.hash, 'hex'))`;
    for (const { hash } of hashes) {
      problems.push(`A rejected event of "${this.#quarantined.get(hash)}" is not in the quarantine (hash ${hash}).`);
    }
    const [row] = await sql<{ events: number }[]>`
      SELECT count(*) AS events FROM workflow_events WHERE service_key <> ${ORDINARY_SERVICE}`;
    const events = row!.events;
    if (events < this.#accepted || events > this.#accepted + this.#unknown) {
      problems.push(
        `The log holds ${events} events; ${this.#accepted} were acknowledged as new, and of ${this.#unknown} the outcome is not known.`,
      );
    }
    this.#stored = new Map();
    this.#quarantined = new Map();
    return problems;
  }
}

function storedId(value: unknown): string {
  const { eventId, env, serviceKey } = value as Record<string, unknown>;
  if (UUID.test(String(eventId))) return String(eventId).toLowerCase();
  const hash = createHash('sha1')
    .update(DERIVED_IDS)
    .update(JSON.stringify([env, serviceKey, eventId]))
    .digest();
  hash[6] = (hash[6]! & 0x0f) | 0x50;
  hash[8] = (hash[8]! & 0x3f) | 0x80;
  return hash.toString('hex', 0, 16).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

function hashOf(reason: string, raw: string): string {
  return createHash('sha256').update(reason).update('\n').update(raw).digest('hex');
}
