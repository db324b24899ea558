import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { lampsQuery, lampTones } from '../../ui/Lamps';
import type { Lamp } from '../../contract';
import { ErrorNotice } from '../../ui/ErrorNotice';
import { DefinitionList } from '../../ui/DefinitionList';
import { formatMilliseconds } from '../../ui/NumberCell';

/** The state of MySQL, Redis and the connection pool, in words and numbers. */
export function ServersCard(): ReactElement {
  const { t } = useTranslation('overview');
  const { t: shell } = useTranslation('shell');
  const { data, error, refetch } = useQuery(lampsQuery);
  const figure = (state: Lamp['state'], text: string | null, note: string | null) => (
    <span className="md-lamp-fact" title={note ?? undefined}>
      {text === null ? null : <span className="md-num">{text}</span>}
      <span className="md-badge" data-tone={lampTones[state]}>
        {shell(`lamp_${state}`)}
      </span>
    </span>
  );
  const time = (lamp: Lamp) =>
    figure(lamp.state, lamp.milliseconds === null ? null : formatMilliseconds(lamp.milliseconds), lamp.note);
  return (
    <section className="md-panel">
      <h2 className="md-panel-title">{t('health')}</h2>
      {error ? <ErrorNotice error={error} onRetry={() => void refetch()} /> : null}
      {data && !error ? (
        <>
          <DefinitionList
            rows={[
              ['MySQL', time(data.mysql)],
              ['Redis', time(data.redis)],
              [
                shell('pool'),
                figure(
                  data.pool.state,
                  `${data.pool.used} / ${data.pool.size}`,
                  shell('poolNote', { used: data.pool.used, size: data.pool.size, waiting: data.pool.waiting }),
                ),
              ],
            ]}
          />
          <Note note={data.mysql.note} tone={lampTones[data.mysql.state]} />
          <Note note={data.redis.note} tone={lampTones[data.redis.state]} />
          <Note note={data.pool.note} tone="warn" />
          {data.pendingInvalidations > 0 ? (
            <div className="md-notice" data-tone="warn">
              {shell('pendingInvalidations', { count: data.pendingInvalidations })}
            </div>
          ) : null}
        </>
      ) : null}
    </section>
  );
}

function Note({ note, tone }: { readonly note: string | null; readonly tone: string }): ReactElement | null {
  if (note === null) return null;
  return (
    <div className="md-notice" data-tone={tone}>
      <div className="md-notice-body">
        {note.split('\n').map((line) => (
          <div key={line}>{line}</div>
        ))}
      </div>
    </div>
  );
}
