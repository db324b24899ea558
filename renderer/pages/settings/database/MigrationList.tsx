import { Checkbox } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { type ReactElement, useId } from 'react';
import { useTranslation } from 'react-i18next';
import { isOutstanding } from '../../../state/schema';
import type { SchemaMigration } from '../../../contract';

const tones = {
  pending: 'warn',
  applying: 'accent',
  half_applied: 'bad',
  applied: 'good',
  changed: 'bad',
  unknown: 'none',
} as const;

interface MigrationListProps {
  readonly title: string;
  readonly hint?: string;
  readonly migrations: readonly SchemaMigration[];
  readonly ticked: readonly string[];
  /** Null if nothing can be chosen here. */
  readonly onTick: ((file: string, on: boolean) => void) | null;
}

/** Migration files with their purpose and state. Opt-in files have a checkbox. */
export function MigrationList({ title, hint, migrations, ticked, onTick }: MigrationListProps): ReactElement | null {
  if (migrations.length === 0) return null;
  return (
    <div>
      <h3 className="md-group">{title}</h3>
      {hint === undefined ? null : <div className="md-dim">{hint}</div>}
      <ul className="md-migrations">
        {migrations.map((one) => (
          <MigrationItem key={one.file} migration={one} ticked={ticked.includes(one.file)} onTick={onTick} />
        ))}
      </ul>
    </div>
  );
}

function MigrationItem({
  migration,
  ticked,
  onTick,
}: {
  readonly migration: SchemaMigration;
  readonly ticked: boolean;
  readonly onTick: MigrationListProps['onTick'];
}): ReactElement {
  const { t } = useTranslation('schema');
  const why = useId();
  const { file, state, optIn, steps, stepsDone, error, about } = migration;
  const choosable = onTick !== null && isOutstanding(migration);
  // A pending repair that nobody asked for is not a problem, so it has no warning colour.
  const tone = optIn && state === 'pending' ? 'none' : tones[state];
  return (
    <li className="md-migration">
      {optIn && state === 'applied' ? <IconCheck size={16} aria-hidden /> : null}
      {optIn && state !== 'applied' ? (
        <Checkbox
          size="xs"
          aria-label={about === null ? file : `${about.what} · ${file}`}
          aria-describedby={why}
          checked={choosable && ticked}
          disabled={!choosable}
          onChange={(event) => onTick?.(file, event.currentTarget.checked)}
        />
      ) : null}
      <div className="md-migration-body">
        <div className="md-migration-head">
          {about === null ? null : <span className="md-strong">{about.what}</span>}
          <code className="md-dim md-wrap">{file}</code>
          <span className="md-grow" />
          <span className="md-badge" data-tone={tone}>
            {optIn && state === 'pending' ? t('state.optional') : t(`state.${state}`)}
          </span>
        </div>
        {about === null ? null : (
          <div className="md-text-2" id={why}>
            {about.why}
          </div>
        )}
        {state === 'half_applied' ? (
          <div className="md-bad">
            {t('stopped', { done: stepsDone, all: steps })}
            {error === null ? '' : ` ${error}`}
          </div>
        ) : null}
        {state === 'changed' || state === 'unknown' ? <div className="md-dim">{t(`stateText.${state}`)}</div> : null}
      </div>
    </li>
  );
}
