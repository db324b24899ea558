import { ActionIcon, Button, TextInput } from '@mantine/core';
import { IconBookmark, IconCheck, IconTrash } from '@tabler/icons-react';
import { type FormEvent, type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useActions } from '../actions';
import { Panel } from '../Panel';
import { visible } from '../visible';

export interface FilterViews {
  readonly saved: readonly string[];
  readonly current?: string;
  onApply(name: string): void;
  onSave(name: string): void;
  onRemove(name: string): void;
}

/**
 * The menu of saved views: apply or remove one, or save the present view under a name. If the name is taken, the button
 * says that it replaces that view.
 */
export function SavedViews({ saved, current, onApply, onSave, onRemove }: FilterViews): ReactElement {
  const { t } = useTranslation('filters');
  const [opened, setOpened] = useState(false);
  const [name, setName] = useState('');
  useActions(() => ({ 'views.save': { run: () => setOpened(true) } }));
  const save = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim() === '') return;
    onSave(name.trim());
    setName('');
    setOpened(false);
  };
  const apply = (view: string) => {
    onApply(view);
    setOpened(false);
  };
  return (
    <Panel
      opened={opened}
      onClose={() => setOpened(false)}
      // The focus is lost when a view is removed, so it moves to the next one.
      step={saved.join('\n')}
      label={t('views')}
      position="bottom-end"
      width={272}
      className="md-panel-scroll"
      target={
        <Button
          size="compact-sm"
          variant={current === undefined ? 'default' : 'light'}
          leftSection={<IconBookmark size={14} aria-hidden />}
          onClick={() => setOpened((now) => !now)}
        >
          {current === undefined ? t('views') : visible(current)}
        </Button>
      }
    >
      {saved.length === 0 ? <div className="md-dim md-filter-title">{t('noViews')}</div> : null}
      {saved.map((view) => (
        <div className="md-view" key={view}>
          <button type="button" className="md-item" aria-pressed={view === current} onClick={() => apply(view)}>
            <span className="md-ellipsis">{visible(view)}</span>
            {view === current ? <IconCheck size={14} aria-hidden /> : null}
          </button>
          <ActionIcon
            variant="subtle"
            color="gray"
            size={26}
            aria-label={t('removeView', { view: visible(view) })}
            title={t('removeView', { view: visible(view) })}
            onClick={() => onRemove(view)}
          >
            <IconTrash size={14} />
          </ActionIcon>
        </div>
      ))}
      <form className="md-view-save" onSubmit={save}>
        <TextInput
          size="xs"
          aria-label={t('viewName')}
          placeholder={t('viewName')}
          value={name}
          maxLength={60}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Button size="xs" type="submit" disabled={name.trim() === ''}>
          {saved.includes(name.trim()) ? t('replaceView') : t('saveView')}
        </Button>
      </form>
    </Panel>
  );
}
