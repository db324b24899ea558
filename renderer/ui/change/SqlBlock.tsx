import { Button } from '@mantine/core';
import { IconCode } from '@tabler/icons-react';
import { type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { copyText } from '../copy';
import { toast } from '../../state/toast';

/** The SQL statements of a change, collapsed at first. */
export function SqlBlock({ sql }: { readonly sql: readonly string[] }): ReactElement {
  const { t } = useTranslation('change');
  const [open, setOpen] = useState(false);
  const text = sql.join(';\n\n');
  const copy = () => {
    if (copyText(text)) toast(t('sql.copied'));
  };

  return (
    <div>
      <div className="md-change-line">
        <Button
          size="compact-xs"
          variant="subtle"
          leftSection={<IconCode size={14} />}
          aria-expanded={open}
          onClick={() => setOpen(!open)}
        >
          {open ? t('sql.hide') : t('sql.show')}
        </Button>
        {open && sql.length > 0 ? (
          <Button size="compact-xs" variant="subtle" onClick={copy}>
            {t('sql.copy')}
          </Button>
        ) : null}
      </div>
      {open ? (
        <textarea
          className="md-change-sql"
          readOnly
          rows={8}
          spellCheck={false}
          aria-label="SQL"
          value={sql.length === 0 ? t('sql.none') : text}
        />
      ) : null}
    </div>
  );
}
