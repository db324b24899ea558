import { IconAlertTriangleFilled, IconCircleDashed, IconCircleFilled, IconCircleXFilled } from '@tabler/icons-react';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { type ReactElement, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { asBridgeError, call } from '../bridge';
import type { Lamp } from '../contract';
import { serversAnswer } from '../state/toast';
import { formatMilliseconds } from './NumberCell';

/** Polled every two seconds while the window is visible; react-query pauses while it is hidden. */
export const lampsQuery = queryOptions({
  queryKey: ['lamps'],
  queryFn: ({ signal }) => call('health.lamps', {}, { signal }),
  refetchInterval: 2_000,
  refetchIntervalInBackground: false,
  staleTime: 0,
});

const icons = {
  ok: IconCircleFilled,
  slow: IconAlertTriangleFilled,
  limited: IconAlertTriangleFilled,
  down: IconCircleXFilled,
  off: IconCircleDashed,
} as const;
export const lampTones = { ok: 'good', slow: 'warn', limited: 'warn', down: 'bad', off: 'none' } as const;

/** Status of MySQL, Redis and the connection pool. Each is shown by a shape and a word, not by colour alone. */
export function Lamps(): ReactElement {
  const { t } = useTranslation('shell');
  const { data, error, dataUpdatedAt } = useQuery(lampsQuery);
  const answering = [data?.mysql, data?.redis].every((lamp) => lamp !== undefined && lamp.state !== 'down');
  useEffect(() => {
    if (answering && error === null && dataUpdatedAt > 0) serversAnswer();
  }, [answering, error, dataUpdatedAt]);
  const unknown: Lamp = {
    state: error ? 'down' : 'off',
    milliseconds: null,
    note: error ? asBridgeError(error).message : null,
  };
  const { mysql = unknown, redis = unknown, pool, pendingInvalidations = 0 } = error ? {} : (data ?? {});
  const pending = pendingInvalidations > 0 ? t('pendingInvalidations', { count: pendingInvalidations }) : null;
  return (
    <div className="md-lamps" role="group" aria-label={t('lamps')}>
      <LampMark
        name="MySQL"
        state={mysql.state}
        figure={mysql.milliseconds === null ? null : formatMilliseconds(mysql.milliseconds)}
        note={mysql.note}
      />
      <LampMark
        name="Redis"
        state={redis.state}
        figure={redis.milliseconds === null ? null : formatMilliseconds(redis.milliseconds)}
        note={[redis.note, pending].filter(Boolean).join('\n') || null}
      />
      <LampMark
        name={t('pool')}
        state={pool?.state ?? unknown.state}
        figure={pool ? `${pool.used}/${pool.size}` : null}
        note={pool ? t('poolNote', { used: pool.used, size: pool.size, waiting: pool.waiting }) : unknown.note}
      />
    </div>
  );
}

interface LampMarkProps {
  readonly name: string;
  readonly state: Lamp['state'];
  readonly figure: string | null;
  readonly note: string | null;
}

function LampMark({ name, state, figure, note }: LampMarkProps): ReactElement {
  const { t } = useTranslation('shell');
  const Icon = icons[state];
  const word = t(`lamp_${state}`);
  return (
    <span
      className="md-lamp"
      data-tone={lampTones[state]}
      title={[`${name} · ${word}`, note].filter(Boolean).join('\n')}
    >
      <Icon size={state === 'ok' ? 8 : 12} aria-hidden />
      <span>{name}</span>
      <span className="md-lamp-figure">{state === 'ok' || state === 'slow' ? (figure ?? '') : word}</span>
      <span className="md-hidden">{word}</span>
    </span>
  );
}
