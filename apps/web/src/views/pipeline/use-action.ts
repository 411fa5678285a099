/** One change at a time: what is being done, what became of it, and what went wrong. */
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ApiProblem } from '@wm/client';

export interface Action {
  busy: boolean;
  /** What became of the last one; null: none yet. */
  told: string | null;
  /** Why it did not work; null: it did. */
  wrong: string | null;
  /** @param work @returns what became of it in words. @returns whether it worked */
  run: (work: () => Promise<string>) => Promise<boolean>;
  /** Forgets what was told. */
  clear: () => void;
}

const QUIET = { busy: false, told: null, wrong: null };

/** Whatever changed is asked for again at the end, also where it failed half way. */
export function useAction(): Action {
  const queries = useQueryClient();
  const [state, setState] = useState<Omit<Action, 'run' | 'clear'>>(QUIET);
  const run = async (work: () => Promise<string>): Promise<boolean> => {
    setState({ busy: true, told: null, wrong: null });
    try {
      setState({ busy: false, told: await work(), wrong: null });
      return true;
    } catch (error) {
      setState({ busy: false, told: null, wrong: inWords(error) });
      return false;
    } finally {
      void queries.invalidateQueries();
    }
  };
  return { ...state, run, clear: () => setState(QUIET) };
}

function inWords(error: unknown): string {
  if (error instanceof ApiProblem) return error.message;
  return 'The api did not answer, so it is not known whether anything was changed. The list shows what is so once it answers again; doing it again does no harm.';
}
