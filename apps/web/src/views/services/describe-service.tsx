/** Writes the name that people know a service by, and what it does. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { FormEvent } from 'react';
import { ApiProblem, type Service } from '@wm/client';
import { client } from '../../api/client.ts';
import { Button } from '../../ui/button.tsx';
import { Modal } from '../../ui/modal.tsx';
import css from './services.module.css';

export function DescribeService({ service, onClose }: { service: Service; onClose: () => void }) {
  const queries = useQueryClient();
  const write = useMutation({
    mutationFn: (body: { displayName: string | null; description: string | null }) =>
      client.ask('PATCH /v1/services/{service}', { path: { service: service.serviceKey }, body }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['GET /v1/services'] });
      onClose();
    },
  });
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    write.mutate({ displayName: told(fields.get('displayName')), description: told(fields.get('description')) });
  };
  return (
    <Modal open onClose={onClose} title={`Name and description of ${service.serviceKey}`}>
      <form className={css.form} onSubmit={submit}>
        <label className={css.field}>
          Name
          <input
            name="displayName"
            defaultValue={service.displayName ?? ''}
            placeholder={service.serviceKey}
            maxLength={MOST.displayName}
          />
        </label>
        <label className={css.field}>
          What it does
          <textarea name="description" rows={4} defaultValue={service.description ?? ''} maxLength={MOST.description} />
        </label>
        {write.error !== null && (
          <p role="alert" className={css.wrong}>
            {write.error instanceof ApiProblem
              ? write.error.message
              : 'The api does not answer, and nothing was changed. Try again in a moment.'}
          </p>
        )}
        <div className={css.foot}>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" disabled={write.isPending}>
            {write.isPending ? 'Writing …' : 'Write'}
          </Button>
        </div>
      </form>
    </Modal>
  );
}

/** As the api takes them. */
const MOST = { displayName: 200, description: 4_000 };

/** An empty field takes it away. */
function told(value: FormDataEntryValue | null): string | null {
  const text = typeof value === 'string' ? value.trim() : '';
  return text === '' ? null : text;
}
