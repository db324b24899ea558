import { ActionIcon, Menu, SegmentedControl } from '@mantine/core';
import { IconColumns3, IconPin, IconPinFilled } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { isDensity, setPreference, usePreferences } from '../../app/preferences';
import type { Column } from './types';
import type { Columns } from './useColumns';

/** The menu at the header's right end: hide, pin, density, back to how it was. */
export function ColumnMenu<Row>({ columns, all }: { readonly columns: Columns<Row>; readonly all: readonly Column<Row>[] }): ReactElement {
  const { t } = useTranslation('table');
  const { density } = usePreferences();
  return (
    <Menu position="bottom-end" closeOnItemClick={false} width={248}>
      <div className="md-grid-tools">
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" size={26} aria-label={t('columns')} title={t('columns')}>
            <IconColumns3 size={15} />
          </ActionIcon>
        </Menu.Target>
      </div>
      <Menu.Dropdown>
        <Menu.Label>{t('columns')}</Menu.Label>
        {all.map((column) => (
          <div className="md-column-item" key={column.id}>
            <Menu.Item
              role="menuitemcheckbox"
              aria-checked={!columns.isHidden(column.id)}
              disabled={column.hideable === false}
              onClick={() => columns.toggleHidden(column.id)}
              leftSection={<input type="checkbox" tabIndex={-1} aria-hidden checked={!columns.isHidden(column.id)} readOnly disabled={column.hideable === false} />}
            >
              {column.header}
            </Menu.Item>
            <Menu.Item className="md-column-pin" aria-label={t(columns.isPinned(column.id) ? 'unpin' : 'pin', { column: column.header })} title={t(columns.isPinned(column.id) ? 'unpin' : 'pin', { column: column.header })} onClick={() => columns.togglePinned(column.id)}>
              {columns.isPinned(column.id) ? <IconPinFilled size={14} /> : <IconPin size={14} />}
            </Menu.Item>
          </div>
        ))}
        <Menu.Divider />
        <Menu.Label>{t('density')}</Menu.Label>
        <div className="md-menu-pad">
          <SegmentedControl
            fullWidth
            size="xs"
            aria-label={t('density')}
            value={density}
            onChange={(value) => isDensity(value) && setPreference('density', value)}
            data={[
              { value: 'dense', label: t('dense') },
              { value: 'roomy', label: t('roomy') },
            ]}
          />
        </div>
        <Menu.Divider />
        <Menu.Item onClick={columns.reset}>{t('reset')}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
