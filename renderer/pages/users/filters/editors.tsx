import { Button, Checkbox, Group, NumberInput, Radio, Stack, TagsInput } from '@mantine/core';
import { type FormEvent, type ReactElement, type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SiteRole } from '../../../contract';
import { DayRange } from '../../../ui/DayRange';
import type { UsersSearch } from '../search';
import { useTags } from '../useTags';
import type { SearchPatch } from '../useUsersSearch';

export interface EditorProps {
  readonly search: UsersSearch;
  readonly change: (patch: SearchPatch) => void;
  readonly close: () => void;
}

/** Fields that take effect together, with Enter or the button. */
function Editor({ children, onApply }: { readonly children: ReactNode; readonly onApply: () => void }): ReactElement {
  const { t } = useTranslation('users');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    event.stopPropagation();
    onApply();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        {children}
        <Group justify="flex-end">
          <Button type="submit" size="xs">
            {t('filter.apply')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

const roles: readonly SiteRole[] = ['owner', 'admin', 'user'];

export function RoleEditor({ search, change }: EditorProps): ReactElement {
  const { t } = useTranslation('users');
  const chosen = search.role ?? [];
  return (
    <Stack gap="xs">
      {roles.map((role) => (
        <Checkbox
          key={role}
          size="xs"
          label={t(`role.${role}`)}
          checked={chosen.includes(role)}
          onChange={(event) =>
            change({ role: event.currentTarget.checked ? [...chosen, role] : chosen.filter((one) => one !== role) })
          }
        />
      ))}
    </Stack>
  );
}

export function StateEditor({ search, change, close }: EditorProps): ReactElement {
  const { t } = useTranslation('users');
  const choose = (state: string) => {
    change({ state: state === 'banned' ? 'banned' : 'active' });
    close();
  };
  return (
    <Radio.Group value={search.state ?? null} onChange={choose} aria-label={t('filter.state')}>
      <Stack gap="xs">
        <Radio size="xs" value="active" label={t('state.active')} />
        <Radio size="xs" value="banned" label={t('state.banned')} />
      </Stack>
    </Radio.Group>
  );
}

const cards = ['active', 'expired', 'none'] as const;

export function CardEditor({ search, change, close }: EditorProps): ReactElement {
  const { t } = useTranslation('users');
  const choose = (chosen: string) => {
    change({ card: cards.find((card) => card === chosen) });
    close();
  };
  return (
    <Radio.Group value={search.card ?? null} onChange={choose} aria-label={t('filter.card')}>
      <Stack gap="xs">
        {cards.map((card) => (
          <Radio key={card} size="xs" value={card} label={t(`cardState.${card}`)} />
        ))}
      </Stack>
    </Radio.Group>
  );
}

export function TagEditor({ search, change, close }: EditorProps): ReactElement {
  const { t } = useTranslation('users');
  const known = useTags();
  const [tags, setTags] = useState<string[]>([...(search.tag ?? [])]);
  const apply = () => {
    change({ tag: tags });
    close();
  };
  return (
    <Editor onApply={apply}>
      <TagsInput
        size="xs"
        aria-label={t('filter.tag')}
        placeholder={t('filter.tagHint')}
        data={known.map(({ tag }) => tag)}
        value={tags}
        onChange={setTags}
        maxTags={20}
        acceptValueOnBlur
        clearable
        comboboxProps={{ withinPortal: false }}
      />
    </Editor>
  );
}

export function CreatedEditor({ search, change, close }: EditorProps): ReactElement {
  const [range, setRange] = useState({ from: search.createdFrom ?? '', to: search.createdTo ?? '' });
  const apply = () => {
    change({ createdFrom: range.from, createdTo: range.to });
    close();
  };
  return (
    <Editor onApply={apply}>
      <DayRange range={range} onChange={setRange} />
    </Editor>
  );
}

export function LoginEditor({ search, change, close }: EditorProps): ReactElement {
  const { t } = useTranslation('users');
  const [range, setRange] = useState({ from: search.loginFrom ?? '', to: search.loginTo ?? '' });
  const [never, setNever] = useState(search.never === true);
  const apply = () => {
    change(
      never
        ? { never: true, loginFrom: undefined, loginTo: undefined }
        : { never: undefined, loginFrom: range.from, loginTo: range.to },
    );
    close();
  };
  return (
    <Editor onApply={apply}>
      <DayRange range={range} onChange={setRange} disabled={never} />
      <Checkbox
        size="xs"
        label={t('filter.neverOnly')}
        checked={never}
        onChange={(event) => setNever(event.currentTarget.checked)}
      />
    </Editor>
  );
}

export function PointsEditor({ search, change, close }: EditorProps): ReactElement {
  const { t } = useTranslation('users');
  const [min, setMin] = useState<number | string>(search.pointsMin ?? '');
  const [max, setMax] = useState<number | string>(search.pointsMax ?? '');
  const apply = () => {
    change({
      pointsMin: typeof min === 'number' ? min : undefined,
      pointsMax: typeof max === 'number' ? max : undefined,
    });
    close();
  };
  const shared = { size: 'xs', allowDecimal: false, thousandSeparator: ',', hideControls: true } as const;
  return (
    <Editor onApply={apply}>
      <Group gap="sm" wrap="nowrap">
        <NumberInput label={t('filter.min')} value={min} onChange={setMin} {...shared} />
        <NumberInput label={t('filter.max')} value={max} onChange={setMax} {...shared} />
      </Group>
    </Editor>
  );
}
