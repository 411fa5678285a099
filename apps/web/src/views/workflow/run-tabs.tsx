/** The parts of what is known of a run. Which one is shown is in the address. */
import { Link, useSearch } from '@tanstack/react-router';
import { pathOf, WORKFLOW_ROUTE, type Detail } from './run-detail.ts';
import type { Tab } from './search.ts';
import { useEffect, useRef } from 'react';
import { CompareTab } from './compare/compare-tab.tsx';
import { EventsTab } from './events/events-tab.tsx';
import { InputTab } from './input-tab.tsx';
import { RunsTab } from './runs-tab.tsx';
import { StepsTab } from './steps-tab.tsx';
import { TimelineTab } from './timeline/timeline-tab.tsx';
import { WhyTab } from './why/why-tab.tsx';
import css from './run-tabs.module.css';

const NAMES: Record<Tab, string> = {
  timeline: 'Timeline',
  steps: 'Steps',
  input: 'Input & output',
  events: 'Events',
  runs: 'Runs',
  why: 'Why this state',
  compare: 'Compare',
};

export function RunTabs({ detail }: { detail: Detail }) {
  const { tab = 'timeline', run } = useSearch({ from: WORKFLOW_ROUTE });
  const nav = useRef<HTMLElement>(null);
  // On a phone the tabs do not all fit.
  useEffect(() => {
    const chosen = nav.current?.querySelector<HTMLElement>('[aria-current]');
    if (chosen) nav.current!.scrollLeft = chosen.offsetLeft - nav.current!.offsetLeft - 40;
  }, [tab]);
  return (
    <>
      <nav ref={nav} className={css.tabs} aria-label="Parts of this run">
        {(Object.keys(NAMES) as Tab[]).map((name) => (
          <Link
            key={name}
            to={WORKFLOW_ROUTE}
            params={pathOf(detail.workflow)}
            search={{ run, tab: name === 'timeline' ? undefined : name }}
            resetScroll={false}
            activeOptions={{ includeSearch: true, explicitUndefined: true }}
          >
            {NAMES[name]}
          </Link>
        ))}
      </nav>
      <Shown tab={tab} detail={detail} />
    </>
  );
}

function Shown({ tab, detail }: { tab: Tab; detail: Detail }) {
  switch (tab) {
    case 'timeline':
      return <TimelineTab detail={detail} />;
    case 'steps':
      return <StepsTab detail={detail} />;
    case 'input':
      return <InputTab detail={detail} />;
    case 'events':
      return <EventsTab detail={detail} />;
    case 'runs':
      return <RunsTab detail={detail} />;
    case 'why':
      return <WhyTab detail={detail} />;
    case 'compare':
      return <CompareTab detail={detail} />;
  }
}
