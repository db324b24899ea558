import { useNavigate } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../../bridge';
import { toastError } from '../../state/toast';
import { toast } from '../../ui';

/** Opens the card that an audit entry names by its hash, or says that the card no longer exists. */
export function OpenCard({ hash }: { readonly hash: string }): ReactElement {
  const { t } = useTranslation('audit');
  const { t: cards } = useTranslation('cards');
  const navigate = useNavigate();
  const open = async () => {
    try {
      const found = await call('cards.find', { text: hash });
      if (found.found) await navigate({ to: '/cards', search: { card: found.card.id } });
      else toast(cards('drawer.notFound'), { tone: 'bad' });
    } catch (error) {
      toastError(error);
    }
  };
  return (
    <button type="button" className="md-audit-open md-audit-link" onClick={() => void open()}>
      {t('drawer.openCard')}
    </button>
  );
}
