/** Where the api wants a key: asks for it once. It is kept in a cookie that no script can read. */
import { useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { ApiProblem } from '@wm/client';
import { login, sessionQuery } from '../../api/session.ts';
import { Button } from '../../ui/button.tsx';
import css from './login.module.css';

export function Login() {
  const queries = useQueryClient();
  const [state, setState] = useState<{ wrong: string | null; asking: boolean }>({ wrong: null, asking: false });
  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const key = (new FormData(event.currentTarget).get('key') as string).trim();
    setState({ wrong: null, asking: true });
    try {
      await login(key);
      await queries.refetchQueries(sessionQuery);
    } catch (error) {
      setState({ wrong: whyNot(error), asking: false });
    }
  };
  return (
    <main className={css.page}>
      <form className={css.form} onSubmit={(event) => void submit(event)}>
        <h1>workflow-monitor</h1>
        <p className="soft">
          Reading needs a key. <code>npm run wm -- keys create --scope read</code> makes one, or{' '}
          <code>--scope operate</code> for redriving and discarding.
        </p>
        <label className={css.field}>
          Key
          <input
            name="key"
            type="password"
            required
            autoComplete="current-password"
            spellCheck={false}
            aria-describedby="why-not"
          />
        </label>
        <p id="why-not" role="alert" className={css.wrong}>
          {state.wrong}
        </p>
        <Button kind="primary" type="submit" disabled={state.asking}>
          {state.asking ? 'Checking …' : 'Log in'}
        </Button>
      </form>
    </main>
  );
}

function whyNot(error: unknown): string {
  if (!(error instanceof ApiProblem)) return 'The api does not answer. Try again in a moment.';
  if (error.status === 401) return 'This key is unknown, expired or revoked.';
  return error.message;
}
