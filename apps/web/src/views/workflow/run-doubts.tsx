/** What is missing or made no sense: dashed, with the reason in words. */
import { CircleHelp } from 'lucide-react';
import type { Workflow } from '@wm/client';
import { formatInstant } from '../../time/format.ts';
import { useZone } from '../../time/zone.tsx';
import { anomalyWords, gapWords } from './doubts.ts';
import css from './run-head.module.css';

export function Doubts({ workflow }: { workflow: Workflow }) {
  const { zone } = useZone();
  const instant = (at: string): string => formatInstant(new Date(at), zone);
  const { gaps, anomalies } = workflow;
  if (gaps.length + anomalies.length === 0) return null;
  return (
    <ul className={css.doubts} aria-label="What is not known">
      {gaps.map((gap) => {
        const { title, text } = gapWords(gap, workflow, instant);
        return (
          <li key={gap}>
            <CircleHelp size={14} aria-hidden="true" />
            <span>
              <strong>{title}.</strong> {text}
            </span>
          </li>
        );
      })}
      {anomalies.map((anomaly) => (
        <li key={anomaly}>
          <CircleHelp size={14} aria-hidden="true" />
          <span>{anomalyWords(anomaly)}</span>
        </li>
      ))}
    </ul>
  );
}
