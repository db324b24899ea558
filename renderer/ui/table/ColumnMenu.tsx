import { ActionIcon, Button, Checkbox } from '@mantine/core';
import { IconColumns3, IconPin, IconPinFilled } from '@tabler/icons-react';
import { type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { DensityField } from '../DensityField';
import { Panel } from '../Panel';
import type { Column } from './types';
import type { Columns } from './useColumns';

interface ColumnMenuProps<Row> {
  readonly columns: Columns<Row>;
  readonly all: readonly Column<Row>[];
}

/** The menu at the right end of the header: hide and pin columns, row height, reset. */
export function ColumnMenu<Row>({ columns, all }: ColumnMenuProps<Row>): ReactElement {
  const { t } = useTranslation('table');
  const [opened, setOpened] = useState(false);
  return (
    <div className="md-grid-tools">
      <Panel
        opened={opened}
        onClose={() => setOpened(false)}
        label={t('columns')}
        position="bottom-end"
        width={248}
        className="md-panel-scroll"
        target={
          <ActionIcon
            variant="subtle"
            color="gray"
            size={26}
            aria-label={t('columns')}
            title={t('columns')}
            onClick={() => setOpened((now) => !now)}
          >
            <IconColumns3 size={15} />
          </ActionIcon>
        }
      >
        <div className="md-filter-title">{t('columns')}</div>
        {all.map((column) => (
          <div className="md-column-item" key={column.id}>
            <Checkbox
              size="xs"
              label={column.header}
              checked={!columns.isHidden(column.id)}
              disabled={column.hideable === false}
              onChange={() => columns.toggleHidden(column.id)}
            />
            <span className="md-grow" />
            <PinButton column={column} columns={columns} />
          </div>
        ))}
        <div className="md-filter-title md-menu-part">{t('density')}</div>
        <DensityField fullWidth />
        <Button
          className="md-menu-part"
          fullWidth
          size="compact-sm"
          variant="subtle"
          color="gray"
          onClick={columns.reset}
        >
          {t('reset')}
        </Button>
      </Panel>
    </div>
  );
}

function PinButton<Row>({
  column,
  columns,
}: {
  readonly column: Column<Row>;
  readonly columns: Columns<Row>;
}): ReactElement {
  const { t } = useTranslation('table');
  const pinned = columns.isPinned(column.id);
  const label = t(pinned ? 'unpin' : 'pin', { column: column.header });
  return (
    <ActionIcon
      variant="subtle"
      color={pinned ? 'moon' : 'gray'}
      size={24}
      aria-label={label}
      aria-pressed={pinned}
      title={label}
      onClick={() => columns.togglePinned(column.id)}
    >
      {pinned ? <IconPinFilled size={14} /> : <IconPin size={14} />}
    </ActionIcon>
  );
}
