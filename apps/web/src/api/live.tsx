/**
 * What happens now: one stream for the page, and who wants to know of it.
 *
 * A change makes the questions on the screen ask again, at most every two seconds; a list that must not move takes the runs
 * themselves from `useChanges`.
 */
import { useQueryClient, type QueryClient } from '@tanstack/react-query';
import { createContext, use, useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { follow, type StreamMessage, type StreamRun } from '@wm/client';
import { noteServerTime } from '../time/clock.ts';
import { client } from './client.ts';

/** lost: the connection broke, and the page shows what it last knew. */
export type LiveState = 'live' | 'connecting' | 'lost' | 'paused';

export interface ChangedRuns {
  runs: StreamRun[];
  left: string[];
  /** true: more changed than is told; ask again */
  many: boolean;
}

/** More changed than is told. */
const MANY: ChangedRuns = { runs: [], left: [], many: true };

type ReadyData = Extract<StreamMessage, { event: 'ready' }>['data'];

type Listener = (changed: ChangedRuns) => void;

interface Live {
  state: LiveState;
  setPaused: (paused: boolean) => void;
  listeners: Set<Listener>;
}

const LiveContext = createContext<Live | null>(null);

const ASK_AGAIN_MS = 2_000;

interface Props {
  /** What the page is about; a change of another environment wakes nobody. */
  env: string[] | undefined;
  service: string[] | undefined;
  children: ReactNode;
}

export function LiveProvider({ env, service, children }: Props) {
  const queries = useQueryClient();
  const [listeners] = useState(() => new Set<Listener>());
  const [paused, setPaused] = useState(false);
  const [connection, setConnection] = useState<'live' | 'connecting' | 'lost'>('connecting');
  const filter = JSON.stringify({ env, service });
  useEffect(() => {
    if (paused) return;
    const stop = new AbortController();
    const askAgain = throttled(() => askLiveAgain(queries), ASK_AGAIN_MS);
    let late: ReturnType<typeof setTimeout> | undefined;
    // From now on everything is told. What was answered before may lack what came in between; the first answers of a page are
    // asked for while it is being drawn, so they are not asked for again at once.
    const hearReady = ({ resumed, asOf }: ReadyData): void => {
      if (resumed) return;
      late = setTimeout(() => {
        tell(listeners, MANY);
        askLiveAgain(queries, asOf);
      }, ASK_AGAIN_MS);
    };
    const hear = (message: StreamMessage): void => {
      setConnection('live');
      if (message.event === 'beat') return;
      noteServerTime(message.data.asOf);
      if (message.event === 'ready') return hearReady(message.data);
      tell(listeners, message.event === 'many' ? MANY : { ...message.data, many: false });
      askAgain();
    };
    const query = JSON.parse(filter) as { env?: string[]; service?: string[] };
    const run = async (): Promise<void> => {
      const messages = follow(client, {
        query: { ...query, runs: 'all' },
        signal: stop.signal,
        onLost: () => setConnection('lost'),
      });
      for await (const message of messages) hear(message);
    };
    run().catch(() => setConnection('lost'));
    return () => {
      stop.abort();
      clearTimeout(late);
      askAgain.cancel();
    };
  }, [paused, filter, queries, listeners]);
  const state: LiveState = paused ? 'paused' : connection;
  const value = useMemo(() => ({ state, setPaused, listeners }), [state, listeners]);
  return <LiveContext value={value}>{children}</LiveContext>;
}

export function useLive(): Live {
  const live = use(LiveContext);
  if (live === null) throw new Error('useLive stands outside of LiveProvider');
  return live;
}

/** @param listener called with what changed, at most twice a second; may be another function each time */
export function useChanges(listener: Listener): void {
  const { listeners } = useLive();
  const newest = useRef(listener);
  useEffect(() => {
    newest.current = listener;
  });
  useEffect(() => {
    const hear: Listener = (changed) => newest.current(changed);
    listeners.add(hear);
    return () => void listeners.delete(hear);
  }, [listeners]);
}

function tell(listeners: Set<Listener>, changed: ChangedRuns): void {
  for (const listener of listeners) listener(changed);
}

/** @param before only what was answered as of an earlier time; absent: everything */
function askLiveAgain(queries: QueryClient, before?: string): void {
  const isOlder = (data: unknown): boolean => {
    const { asOf } = (data ?? {}) as { asOf?: string };
    return before === undefined || asOf === undefined || Date.parse(asOf) <= Date.parse(before);
  };
  void queries.invalidateQueries({
    predicate: ({ meta, state }) => meta?.live !== false && isOlder(state.data),
    refetchType: 'active',
  });
}

/** Runs at once, and then at most once in so many ms. */
function throttled(work: () => void, ms: number): (() => void) & { cancel: () => void } {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let again = false;
  const call = (): void => {
    if (timer !== undefined) {
      again = true;
      return;
    }
    work();
    timer = setTimeout(() => {
      timer = undefined;
      if (again) {
        again = false;
        call();
      }
    }, ms);
  };
  return Object.assign(call, { cancel: () => clearTimeout(timer) });
}
