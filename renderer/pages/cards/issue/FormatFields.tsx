import { NumberInput, SegmentedControl, Select, TextInput } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { type IssueDraft, isPrefix } from './draft';

export interface FormatFieldsProps {
  readonly draft: IssueDraft;
  readonly onChange: (patch: Partial<IssueDraft>) => void;
}

const groups = [0, 4, 5, 6, 8];

/** What keys look like: grouped symbols behind a prefix, or the site's own sixteen. */
export function FormatFields({ draft, onChange }: FormatFieldsProps): ReactElement {
  const { t } = useTranslation('issue');
  const { format, prefix, symbols, group } = draft;
  return (
    <fieldset className="md-issue-row">
      <legend className="md-hidden">{t('format.label')}</legend>
      <div>
        <div className="md-label">{t('format.label')}</div>
        <SegmentedControl
          size="xs"
          aria-label={t('format.label')}
          data={[
            { value: 'grouped', label: t('format.grouped') },
            { value: 'site', label: t('format.site') },
          ]}
          value={format}
          onChange={(next) => onChange({ format: next })}
        />
      </div>
      {format === 'site' ? (
        <p className="md-issue-hint">{t('format.siteHint')}</p>
      ) : (
        <>
          <TextInput
            size="xs"
            className="md-issue-prefix"
            classNames={{ input: 'md-mono' }}
            label={t('format.prefix')}
            placeholder="VIP"
            maxLength={12}
            autoComplete="off"
            spellCheck={false}
            value={prefix}
            error={isPrefix(prefix) ? null : t('format.prefixWrong')}
            onChange={(event) => onChange({ prefix: event.currentTarget.value.trim().toUpperCase() })}
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
          <Select
            size="xs"
            className="md-issue-group"
            label={t('format.group')}
            data={groups.map((size) => ({
              value: String(size),
              label: size === 0 ? t('format.ungrouped') : t('format.groupOf', { count: size }),
            }))}
            value={String(group)}
            allowDeselect={false}
            onChange={(next) => onChange({ group: Number(next ?? group) })}
          />
        </>
      )}
    </fieldset>
  );
}
