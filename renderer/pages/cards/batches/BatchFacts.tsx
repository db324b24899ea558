import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { BatchDetails } from '../../../contract';
import { formatAbsolute, NumberCell, RelativeTime } from '../../../ui';
import { DrawerFact, DrawerFacts } from '../../../ui/DrawerParts';
import { shapeOf } from '../issue/shape';
import { isShort } from './BatchProgress';

/** The facts about a batch: who made it and when, the type and purpose of its keys, and when they expire. */
export function BatchFacts({ batch }: { readonly batch: BatchDetails }): ReactElement {
  const { t } = useTranslation('batches');
  const { t: cards } = useTranslation('cards');
  return (
    <DrawerFacts wide>
      <DrawerFact name={t('column.kind')}>{t(`kind.${batch.kind}`)}</DrawerFact>
      <DrawerFact name={t('column.type')}>{batch.type === null ? t('mixed') : cards(`type.${batch.type}`)}</DrawerFact>
      <DrawerFact name={t('column.issued')}>
        {isShort(batch) ? (
          t('filled', { issued: batch.issued, wanted: batch.wanted })
        ) : (
          <NumberCell value={batch.issued} />
        )}
      </DrawerFact>
      {batch.rolledBack === 0 ? null : (
        <DrawerFact name={t('column.rolledBack')}>
          <NumberCell value={batch.rolledBack} />
        </DrawerFact>
      )}
      {batch.format === null ? null : (
        <DrawerFact name={t('drawer.format')}>
          <span className="md-mono">{shapeOf(batch.format)}</span>
        </DrawerFact>
      )}
      {batch.expiresAt === null ? null : (
        <DrawerFact name={t('column.expires')}>
          {formatAbsolute(batch.expiresAt)}{' '}
          <span className="md-dim">
            · <RelativeTime at={batch.expiresAt} />
          </span>
        </DrawerFact>
      )}
      <DrawerFact name={t('column.channel')}>{batch.channel ?? '—'}</DrawerFact>
      <DrawerFact name={t('column.note')}>{batch.note ?? '—'}</DrawerFact>
      <DrawerFact name={t('column.operator')}>{batch.operator}</DrawerFact>
      <DrawerFact name={t('column.created')}>{formatAbsolute(batch.createdAt)}</DrawerFact>
      {batch.auditId === null ? null : (
        <DrawerFact name={t('drawer.audit')}>
          <Link to="/audit" search={{ entry: batch.auditId }}>
            {t('drawer.openAudit', { id: batch.auditId })}
          </Link>
        </DrawerFact>
      )}
    </DrawerFacts>
  );
}
