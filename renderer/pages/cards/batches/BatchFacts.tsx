import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { BatchDetails } from '../../../contract';
import { formatAbsolute, Num, RelativeTime } from '../../../ui';
import { Fact, Facts } from '../../../ui/DrawerParts';
import { shapeOf } from '../issue/shape';
import { isShort } from './Filled';

/** Who made the batch, when, of what, for whom, and when its keys end. */
export function BatchFacts({ batch }: { readonly batch: BatchDetails }): ReactElement {
  const { t } = useTranslation('batches');
  const { t: cards } = useTranslation('cards');
  return (
    <Facts wide>
      <Fact name={t('column.kind')}>{t(`kind.${batch.kind}`)}</Fact>
      <Fact name={t('column.type')}>{batch.type === null ? t('mixed') : cards(`type.${batch.type}`)}</Fact>
      <Fact name={t('column.issued')}>
        {isShort(batch) ? t('filled', { issued: batch.issued, wanted: batch.wanted }) : <Num value={batch.issued} />}
      </Fact>
      {batch.rolledBack === 0 ? null : (
        <Fact name={t('column.rolledBack')}>
          <Num value={batch.rolledBack} />
        </Fact>
      )}
      {batch.format === null ? null : (
        <Fact name={t('drawer.format')}>
          <span className="md-mono">{shapeOf(batch.format)}</span>
        </Fact>
      )}
      {batch.expiresAt === null ? null : (
        <Fact name={t('column.expires')}>
          {formatAbsolute(batch.expiresAt)}{' '}
          <span className="md-dim">
            · <RelativeTime at={batch.expiresAt} />
          </span>
        </Fact>
      )}
      <Fact name={t('column.channel')}>{batch.channel ?? '—'}</Fact>
      <Fact name={t('column.note')}>{batch.note ?? '—'}</Fact>
      <Fact name={t('column.operator')}>{batch.operator}</Fact>
      <Fact name={t('column.created')}>{formatAbsolute(batch.createdAt)}</Fact>
      {batch.auditId === null ? null : (
        <Fact name={t('drawer.audit')}>
          <Link to="/audit" search={{ entry: batch.auditId }}>
            {t('drawer.openAudit', { id: batch.auditId })}
          </Link>
        </Fact>
      )}
    </Facts>
  );
}
