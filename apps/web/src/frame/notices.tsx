/** What stands in place of a view that cannot be shown. */
import { Link, type ErrorComponentProps } from '@tanstack/react-router';
import { Button, buttonClass } from '../ui/button.tsx';
import { CopyButton } from '../ui/identifier.tsx';
import { Empty } from '../ui/notice.tsx';

export function NoSuchPage() {
  return (
    <Empty title="There is no such page">
      <p>The address may be cut off or from another version.</p>
      <Link to="/" className={buttonClass()}>
        Overview
      </Link>
    </Empty>
  );
}

/** A mistake of ours in drawing a view. The rest of the page goes on. */
export function ViewBroke({ error, reset }: ErrorComponentProps) {
  const message = error instanceof Error ? error.message : String(error);
  const text = error instanceof Error ? (error.stack ?? message) : message;
  return (
    <div role="alert">
      <Empty title="This view broke while it was drawn">
        <p>That is a mistake of the dashboard. No data is touched. {message}</p>
        <Button onClick={reset}>Try again</Button>{' '}
        <CopyButton text={text} label="Copy the error" shown="Copy the error" />
      </Empty>
    </div>
  );
}
