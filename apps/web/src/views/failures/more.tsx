/** The foot of a list: how much of it is shown, and the rest. */
import { formatCount } from '../../time/format.ts';
import { Button } from '../../ui/button.tsx';
import css from './shared.module.css';

interface Asked {
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  isFetchNextPageError: boolean;
  fetchNextPage: () => unknown;
}

export function More({ asked, shown, what }: { asked: Asked; shown: number; what: string }) {
  if (!asked.hasNextPage) return null;
  return (
    <p className={css.more}>
      The first {formatCount(shown)} {what} are shown.
      <Button small disabled={asked.isFetchingNextPage} onClick={() => void asked.fetchNextPage()}>
        {asked.isFetchingNextPage ? 'Loading …' : 'Show more'}
      </Button>
      {asked.isFetchNextPageError && <span role="alert">The next ones could not be read. Try again.</span>}
    </p>
  );
}
