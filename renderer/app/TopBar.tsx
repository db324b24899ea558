import { ActionIcon } from '@mantine/core';
import { IconKeyboard, IconSearch } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { SessionState } from '../contract';
import { ConnectionButton } from './ConnectionButton';
import { Lamps } from '../ui/Lamps';
import { LanguageButton } from '../ui/LanguageButton';
import { LockPill } from '../ui/lock/LockPill';
import { OperatorMenu } from './OperatorMenu';
import { ThemeButton } from '../ui/ThemeButton';

interface TopBarProps {
  readonly session: SessionState;
  onPalette(): void;
  onShortcuts(): void;
}

/** The top bar, 44 px high: the connection, its lock, the palette (Ctrl+K), three status lamps and the operator. */
export function TopBar({ session, onPalette, onShortcuts }: TopBarProps): ReactElement {
  const { t } = useTranslation('shell');
  return (
    <header className="md-top">
      <div className="md-top-left">
        {session.connection ? <ConnectionButton connection={session.connection} /> : null}
        <LockPill session={session} />
      </div>
      <button type="button" className="md-top-search" onClick={onPalette}>
        <IconSearch size={14} aria-hidden />
        <span className="md-grow">{t('searchAnything')}</span>
        <kbd className="md-key">Ctrl K</kbd>
      </button>
      <div className="md-top-right">
        <Lamps />
        <span className="md-top-rule" />
        <LanguageButton />
        <ThemeButton />
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={t('shortcuts')}
          title={`${t('shortcuts')} (?)`}
          onClick={onShortcuts}
        >
          <IconKeyboard size={16} />
        </ActionIcon>
        <OperatorMenu operator={session.operator} />
      </div>
    </header>
  );
}
