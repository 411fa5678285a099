/** How a service is pointed here. Waits for the first event of all, and says when it came. */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { CircleCheck, LoaderCircle } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { ask } from '../../api/queries.ts';
import { sessionQuery } from '../../api/session.ts';
import { serverNow } from '../../time/clock.ts';
import { buttonClass } from '../../ui/button.tsx';
import { Environment } from '../../ui/environment.tsx';
import { CopyButton } from '../../ui/identifier.tsx';
import { ViewHead } from '../../ui/panel.tsx';
import { curlLine, trackerOptions } from './first-events.ts';
import css from './connect.module.css';

/** @param next where one goes when events arrive; absent: to the workflows */
export default function Connect({ next }: { next?: ReactNode }) {
  const { data: session } = useQuery(sessionQuery);
  const [openedAt] = useState(serverNow);
  const ingestUrl = session?.ingestUrl ?? 'http://<address of ingest>:4000';
  const withKey = session?.auth === 'on';
  return (
    <div className={css.view}>
      <ViewHead title="Connect a service" />
      <Waiting next={next} />
      <ol className={css.ways}>
        {withKey && (
          <Way title="Make a key for it">
            <Code text="npm run wm -- keys create --name order-service --scope ingest --env production --service order-service" />
          </Way>
        )}
        <Way title="Point a durable-effect tracker here">
          <p className="soft">Where the workflows are put together. The oldest client calls the first option url.</p>
          <Code text={trackerOptions(ingestUrl, withKey)} />
        </Way>
        <Way title="Or send a first workflow by hand">
          <p className="soft">It goes to the environment development and the service shop.</p>
          <Code text={curlLine(ingestUrl, withKey, openedAt)} />
        </Way>
        <Way title="Or watch simulated traffic">
          <Code text="npm run simulate -- --rate 20 --workflows 500" />
        </Way>
      </ol>
    </div>
  );
}

/** One event is enough: it tells which service it came from. */
function Waiting({ next }: { next: ReactNode }) {
  const { data } = useQuery(ask('GET /v1/services', {}));
  const [first, ...others] = data?.services ?? [];
  if (first === undefined) {
    return (
      <p className={css.waiting} role="status">
        <LoaderCircle size={18} aria-hidden="true" className={css.turning} />
        {data === undefined
          ? 'Looking what there is …'
          : 'Nothing is stored yet. Waiting for the first event; this page notices by itself.'}
      </p>
    );
  }
  return (
    <p className={css.arrived} role="status">
      <CircleCheck size={18} aria-hidden="true" />
      <span>
        {others.length === 0 ? (
          <>
            Events arrive: <b>{first.displayName ?? first.serviceKey}</b> in{' '}
            {first.environments.map(({ env }) => (
              <Environment key={env} env={env} />
            ))}
          </>
        ) : (
          `Events arrive from ${others.length + 1} services.`
        )}
      </span>
      {next ?? (
        <Link to="/workflows" className={buttonClass('primary')}>
          See the workflows
        </Link>
      )}
    </p>
  );
}

function Way({ title, children }: { title: string; children: ReactNode }) {
  return (
    <li>
      <h2>{title}</h2>
      {children}
    </li>
  );
}

function Code({ text }: { text: string }) {
  return (
    <div className={css.code}>
      <pre tabIndex={0} aria-label="Text to copy" role="region">
        {text}
      </pre>
      <CopyButton text={text} label="Copy all of it" shown="Copy" />
    </div>
  );
}
