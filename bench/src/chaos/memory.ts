/** What the harness itself remembers of what it sent and what was acknowledged: the other side of the ledger. */
import { readBody, readEvent } from '@wm/events';
import type { FoldEvent, StorableEvent } from '@wm/events';
import type { WorkflowKey } from '@wm/projection';
import { keyText } from '@wm/store';
import { foldEventOf } from '../fold-event-of.ts';

/** A request as it is sent, and what must become of each of its events. */
export interface RememberedRequest {
  readonly text: string;
  readonly events: number;
  /** Ids that must be in the log. */
  readonly ids: readonly string[];
  /** Those that must be in the quarantine, by their place in the request. */
  readonly rejects: ReadonlyMap<number, string>;
}

/** The body of an answer. */
export interface Receipt {
  readonly accepted: number;
  readonly duplicates: number;
  readonly quarantined: readonly { readonly index: number }[];
}

interface RememberedWorkflow {
  readonly key: WorkflowKey;
  /** By id. */
  readonly events: Map<string, FoldEvent>;
}

/** One workflow in so many is folded again at the end. */
const SAMPLE = 4;

export class Memory {
  /** Every event that was sent and can be stored: whether a request with it was acknowledged. */
  readonly events = new Map<string, boolean>();
  /** The same of those that must be quarantined, by reason and raw text. */
  readonly rejects = new Map<string, boolean>();
  /** Events of some workflows, by the workflow's key as text. */
  readonly sample = new Map<string, RememberedWorkflow>();
  /** Answers that name other numbers or other rejects than they should. */
  readonly wrongReceipts: string[] = [];

  /** Remembers a body before it is sent for the first time. */
  remember(body: object): RememberedRequest {
    const text = JSON.stringify(body);
    const read = readBody(Buffer.from(text));
    if (read.kind !== 'events') throw new Error(`The simulator made a request that is none: ${read.problem}`);
    const ids: string[] = [];
    const rejects = new Map<number, string>();
    for (const [index, raw] of read.events.entries()) {
      const event = readEvent(raw, Date.now());
      if (event.kind === 'rejected') {
        const name = rejectName(event.rejection.reason, raw.json);
        rejects.set(index, name);
        if (!this.rejects.has(name)) this.rejects.set(name, false);
      } else {
        ids.push(event.event.id);
        if (!this.events.has(event.event.id)) this.events.set(event.event.id, false);
        this.#keepForSample(event.event);
      }
    }
    return { text, events: read.events.length, ids, rejects };
  }

  /** @param receipt null where the connection was cut before all of it was there; the 2xx counts all the same */
  acknowledge({ events, ids, rejects }: RememberedRequest, receipt: Receipt | null): void {
    for (const id of ids) this.events.set(id, true);
    for (const name of rejects.values()) this.rejects.set(name, true);
    if (receipt === null) return;
    const { accepted, duplicates, quarantined } = receipt;
    const addsUp = accepted + duplicates + quarantined.length === events;
    const named = quarantined.map(({ index }) => index).join(', ');
    if (addsUp && named === [...rejects.keys()].join(', ')) return;
    const expected = `${events} events, those at [${[...rejects.keys()].join(', ')}] rejected`;
    this.wrongReceipts.push(`${JSON.stringify(receipt)} where the request had ${expected}`);
  }

  #keepForSample(event: StorableEvent): void {
    if (event.source !== 'workflow') return;
    const { env, serviceKey, workflowId } = event;
    const text = keyText({ env, serviceKey, workflowId });
    if (!isSampled(text)) return;
    const known = this.sample.get(text) ?? { key: { env, serviceKey, workflowId }, events: new Map() };
    this.sample.set(text, known);
    known.events.set(event.id, foldEventOf(event));
  }
}

/** How an entry of the quarantine is told from others. */
export function rejectName(reason: string, raw: string): string {
  return `${reason}\n${raw}`;
}

function isSampled(text: string): boolean {
  let sum = 0;
  for (let index = 0; index < text.length; index += 1) sum = (sum * 31 + text.charCodeAt(index)) >>> 0;
  return sum % SAMPLE === 0;
}
