/** Failed runs, the newest failure first, with the message in sight. */
import { formatCount } from '../../time/format.ts';
import { Button } from '../../ui/button.tsx';
import { Answered } from '../../ui/notice.tsx';
import { FailureTable } from './failure-table.tsx';
import { More } from './more.tsx';
import type { FailureFilter } from './questions.ts';
import { useFailureList } from './use-failure-list.ts';
import css from './shared.module.css';

interface Props {
  filter: FailureFilter;
  /** Rows of a page. */
  limit: number;
  /** What it says where there are none. */
  none: string;
  /** Whether further pages can be asked for here. */
  pages?: boolean;
}

export function FailureList({ filter, limit, none, pages = true }: Props) {
  const list = useFailureList(filter, limit);
  return (
    <>
      <FreshFailures {...list} />
      <Answered query={list.asked} what="The failed runs" rows={Math.min(limit, 10)}>
        {() => (
          <>
            <FailureTable failures={list.failures} none={list.asked.hasNextPage ? null : none} />
            {pages && <More asked={list.asked} shown={list.failures.length} what="failures" />}
          </>
        )}
      </Answered>
    </>
  );
}

/** Says that more failed since the list was read; nothing moves before it is pressed. */
export function FreshFailures({ fresh, show }: { fresh: number | 'some'; show: () => void }) {
  if (fresh === 0) return null;
  const words =
    fresh === 'some'
      ? 'More failed meanwhile: show it'
      : fresh === 1
        ? '1 new failure: show it'
        : `${formatCount(fresh)} new failures: show them`;
  return (
    <Button small className={css.fresh ?? ''} onClick={show} aria-live="polite">
      {words}
    </Button>
  );
}
