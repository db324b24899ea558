import { Button, Checkbox } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { asBridgeError, call, newKey } from '../../../bridge';
import type { ImportColumn, ImportReport, Input } from '../../../contract';
import { Notices } from '../../../ui/change';
import { SelectField } from '../../../ui/fields';
import type { OpenImport } from './useOpenImport';

const kinds: readonly ImportColumn[] = ['ignored', 'key', 'type', 'expires', 'created', 'state', 'boundTo', 'hash'];

export interface ColumnsStepProps {
  readonly open: OpenImport;
  readonly asks: NonNullable<ImportReport['asks']>;
  readonly onOpen: (open: OpenImport) => void;
  readonly onOther: () => void;
  readonly onClose: () => void;
}

/** Asks what the columns of a file hold that does not name them. The file is then read again, without choosing it. */
export function ColumnsStep({ open, asks, onOpen, onOther, onClose }: ColumnsStepProps): ReactElement {
  const { t } = useTranslation('imports');
  const client = useQueryClient();
  const [columns, setColumns] = useState(asks.guess);
  const [header, setHeader] = useState(false);
  const again = useMutation({
    mutationFn: (input: Input<'cards.import.read'>) => call('cards.import.read', input, { idempotencyKey: newKey() }),
    onSuccess: (next) => {
      void client.invalidateQueries({ queryKey: ['jobs'] });
      onOpen({ ...next, reading: open.reading });
    },
  });
  const hasOneKey = columns.filter((column) => column === 'key').length === 1;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (hasOneKey && !again.isPending)
      again.mutate({ ...open.reading, again: open.importId, columns: [...columns], header });
  };
  // Two columns of one kind would contradict each other: the one that was chosen last has it.
  const choose = (at: number, kind: ImportColumn) =>
    setColumns(columns.map((before, place) => (place === at ? kind : before === kind ? 'ignored' : before)));
  const choices = kinds.map((value) => ({ value, label: t(`columns.${value}`) }));
  return (
    <form className="md-change-form" onSubmit={submit} noValidate>
      <div className="md-change-scroll">
        <div className="md-change-stack">
          <p className="md-change-sentence">{t('columns.text')}</p>
          <div className="md-import-columns">
            <table aria-label={t('columns.title')}>
              <thead>
                <tr>
                  {columns.map((column, at) => (
                    <th key={at}>
                      <SelectField
                        label={t('columns.column', { n: at + 1 })}
                        choices={choices}
                        value={column}
                        onChange={(kind) => choose(at, kind)}
                      />
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {asks.rows.map((cells, line) => (
                  <tr key={line} data-skipped={(header && line === 0) || undefined}>
                    {columns.map((_, at) => (
                      <td key={at} className="md-mono">
                        {cells[at] ?? ''}
                      </td>
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
          <Checkbox
            size="xs"
            label={t('columns.header')}
            checked={header}
            onChange={(event) => setHeader(event.currentTarget.checked)}
          />
          {hasOneKey ? null : <p role="alert">{t('columns.noKey')}</p>}
          <Notices failure={again.error === null ? null : asBridgeError(again.error)} />
        </div>
      </div>
      <footer className="md-change-bar">
        <div className="md-change-bar-actions">
          <Button variant="default" onClick={onClose}>
            {t('cancel', { ns: 'common' })}
          </Button>
          <Button variant="default" onClick={onOther}>
            {t('other')}
          </Button>
          <Button type="submit" loading={again.isPending} disabled={!hasOneKey} data-autofocus>
            {t('columns.read')}
          </Button>
        </div>
      </footer>
    </form>
  );
}
