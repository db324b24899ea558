import { Menu } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { copyText } from '../copy';
import { focusList } from '../focus';
import { toast } from '../../state/toast';

export interface CopyTarget {
  readonly x: number;
  readonly y: number;
  readonly cell: string;
  /** The text of the whole row, with tabs between the cells. */
  readonly row: string;
}

/** The right-click menu of a cell. */
export function CopyMenu({
  target,
  onClose,
}: {
  readonly target: CopyTarget | null;
  onClose(): void;
}): ReactElement | null {
  const { t } = useTranslation('table');
  if (target === null) return null;
  const close = () => {
    onClose();
    focusList();
  };
  const copy = (text: string) => {
    if (copyText(text)) toast(t('copied'));
  };
  return (
    <Menu opened onClose={close} position="bottom-start" offset={2} width={200}>
      <Menu.Target>
        <button
          type="button"
          className="md-copy-anchor"
          tabIndex={-1}
          aria-label={t('copyCell')}
          style={{ left: target.x, top: target.y }}
        />
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => copy(target.cell)}>{t('copyCell')}</Menu.Item>
        <Menu.Item onClick={() => copy(target.row)}>{t('copyRow')}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
