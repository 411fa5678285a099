/** Name and description of a service, above its environments. */
import { Pencil } from 'lucide-react';
import { Link } from '@tanstack/react-router';
import type { Service } from '@wm/client';
import { Button } from '../../ui/button.tsx';
import css from './services.module.css';

/** @param onEdit null: who looks may not change it */
export function ServiceHead({ service, onEdit }: { service: Service; onEdit: ((service: Service) => void) | null }) {
  const { serviceKey, displayName, description } = service;
  const only = { service: [serviceKey] };
  return (
    <div className={css.head}>
      <h2>
        <Link to="/" search={only} data-row="">
          {displayName ?? serviceKey}
        </Link>
      </h2>
      {displayName !== null && <code className="soft">{serviceKey}</code>}
      <span className={css.links}>
        <Link to="/workflows" search={only} className="link">
          Workflows
        </Link>
        <Link to="/failures" search={only} className="link">
          Failures
        </Link>
        <Link to="/active" search={only} className="link">
          Active
        </Link>
        <Link to="/statistics" search={only} className="link">
          Metrics
        </Link>
        {onEdit !== null && (
          <Button
            kind="bare"
            small
            onClick={() => onEdit(service)}
            aria-label={`Change name and description of ${serviceKey}`}
            title="Change name and description"
          >
            <Pencil size={13} aria-hidden="true" />
          </Button>
        )}
      </span>
      {description !== null && <p className={css.description}>{description}</p>}
    </div>
  );
}
