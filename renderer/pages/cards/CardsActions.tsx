import { Button } from '@mantine/core';
import { IconClipboardList, IconFileImport, IconPlus } from '@tabler/icons-react';
import { type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useActions } from '../../ui/actions';
import { ImportDialog } from './import';
import { IssueDialog } from './issue';

export interface CardsActionsProps {
  /** Set only on the page that lists keys. */
  readonly onPaste?: () => void;
}

/** The main actions of the card key pages. */
export function CardsActions({ onPaste }: CardsActionsProps): ReactElement {
  const { t } = useTranslation('cards');
  const [open, setOpen] = useState<'issue' | 'import' | null>(null);
  const close = () => setOpen(null);
  useActions(() => ({
    'cards.issue': { run: () => setOpen('issue') },
    'cards.import': { run: () => setOpen('import') },
    'cards.paste': onPaste === undefined ? undefined : { run: onPaste },
  }));
  return (
    <>
      {onPaste === undefined ? null : (
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<IconClipboardList size={15} aria-hidden />}
          title={t('paste.title')}
          onClick={onPaste}
        >
          {t('action.paste')}
        </Button>
      )}
      <Button
        size="compact-sm"
        variant="default"
        leftSection={<IconFileImport size={15} aria-hidden />}
        title={t('action.import')}
        onClick={() => setOpen('import')}
      >
        {t('action.import')}
      </Button>
      <Button
        size="compact-sm"
        leftSection={<IconPlus size={15} aria-hidden />}
        title={t('action.issue')}
        onClick={() => setOpen('issue')}
      >
        {t('action.issue')}
      </Button>
      <ImportDialog opened={open === 'import'} onClose={close} />
      <IssueDialog opened={open === 'issue'} onClose={close} />
    </>
  );
}
