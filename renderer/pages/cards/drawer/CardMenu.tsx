import { Button, Menu } from '@mantine/core';
import { IconEye } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { CardDetails } from '../../../contract';
import { copyText, toast } from '../../../ui';
import { useActions } from '../../../ui/actions';
import { MoreMenu } from '../../../ui/MoreMenu';
import type { CardAction, CardsKind } from '../actions/types';

export interface CardMenuProps {
  readonly card: Pick<CardDetails, 'id' | 'masked' | 'state' | 'boundTo'>;
  readonly onAction: (action: CardAction) => void;
}

/**
 * The actions for one card: the most likely one as a button, the others in a menu. Actions that are not possible now
 * are left out.
 */
export function CardMenu({ card, onAction }: CardMenuProps): ReactElement {
  const { t } = useTranslation('cards');
  const { id, masked, state, boundTo } = card;
  const start = (kind: CardsKind) => onAction({ kind, who: { ids: [id] } });
  const bind = state === 'unused' ? () => onAction({ kind: 'bind', card: { id, masked } }) : null;
  const renew = boundTo === null ? null : () => onAction({ kind: 'renew', who: { names: [boundTo] } });
  const reveal = () => onAction({ kind: 'reveal', ids: [id] });
  const copy = () => {
    if (copyText(masked)) toast(t('action.copied'));
  };
  useActions(() => {
    const offer = (possible: boolean, run: () => void) => (possible ? { run, on: masked } : undefined);
    return {
      'cards.copy': offer(true, copy),
      'cards.reveal': offer(true, reveal),
      'cards.bind': bind === null ? undefined : { run: bind, on: masked },
      'cards.renew': renew === null ? undefined : { run: renew, on: boundTo ?? masked },
      'cards.unbind': offer(state === 'used', () => start('unbind')),
      'cards.reissue': offer(state !== 'used', () => start('reissue')),
      'cards.revoke': offer(state !== 'revoked', () => start('revoke')),
    };
  });
  return (
    <>
      <Button size="compact-sm" variant="default" leftSection={<IconEye size={14} aria-hidden />} onClick={reveal}>
        {t('action.reveal')}
      </Button>
      {bind === null ? null : (
        <Button size="compact-sm" variant="default" onClick={bind}>
          {t('action.bind')}
        </Button>
      )}
      {renew === null ? null : (
        <Button size="compact-sm" variant="default" onClick={renew}>
          {t('action.renew')}
        </Button>
      )}
      <MoreMenu>
        {state === 'used' ? <Menu.Item onClick={() => start('unbind')}>{t('action.unbind')}</Menu.Item> : null}
        {state === 'used' ? null : <Menu.Item onClick={() => start('reissue')}>{t('action.reissue')}</Menu.Item>}
        <Menu.Item onClick={copy}>{t('action.copyMasked')}</Menu.Item>
        {state === 'revoked' ? null : (
          <>
            <Menu.Divider />
            <Menu.Item className="md-menu-danger" onClick={() => start('revoke')}>
              {t('action.revoke')}
            </Menu.Item>
          </>
        )}
      </MoreMenu>
    </>
  );
}
