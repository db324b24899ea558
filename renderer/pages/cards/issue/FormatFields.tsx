import { NumberInput } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { Segmented, SelectField, TextField } from '../../../ui/fields';
import { type IssueDraft, isPrefix } from './draft';

export interface FormatFieldsProps {
  readonly draft: IssueDraft;
  readonly onChange: (patch: Partial<IssueDraft>) => void;
}

const groups = [0, 4, 5, 6, 8];

/** The format of the keys: groups of characters after a prefix, or the site's own sixteen characters. */
export function FormatFields({ draft, onChange }: FormatFieldsProps): ReactElement {
  const { t } = useTranslation('issue');
  const { format, prefix, symbols, group } = draft;
  return (
    <fieldset className="md-issue-row">
      <legend className="md-hidden">{t('format.label')}</legend>
      <Segmented
        label={t('format.label')}
        choices={[
          { value: 'grouped', label: t('format.grouped') },
          { value: 'site', label: t('format.site') },
        ]}
        value={format}
        onChange={(next) => onChange({ format: next })}
      />
      {format === 'site' ? (
        <p className="md-issue-hint">{t('format.siteHint')}</p>
      ) : (
        <>
          <TextField
            className="md-issue-prefix"
            classNames={{ input: 'md-mono' }}
            label={t('format.prefix')}
            placeholder="VIP"
            most={12}
            autoComplete="off"
            spellCheck={false}
            value={prefix}
            error={isPrefix(prefix) ? null : t('format.prefixWrong')}
            onChange={(text) => onChange({ prefix: text.trim().toUpperCase() })}
          />
          <NumberInput
            size="xs"
            className="md-issue-days"
            label={t('format.symbols')}
            min={16}
            max={31}
            clampBehavior="blur"
            allowDecimal={false}
            value={symbols}
            onChange={(typed) => {
              if (typeof typed === 'number') onChange({ symbols: typed });
            }}
          />
          <SelectField
            className="md-issue-group"
            label={t('format.group')}
            choices={groups.map((size) => ({
              value: String(size),
              label: size === 0 ? t('format.ungrouped') : t('format.groupOf', { count: size }),
            }))}
            value={String(group)}
            onChange={(next) => onChange({ group: Number(next) })}
          />
        </>
      )}
    </fieldset>
  );
}
