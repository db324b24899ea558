import type { TFunction } from 'i18next';
import type { EffectName, Preview, SkippedGroup } from '../../contract';

type Translate = TFunction<'change'>;

/** Effects that the sentence mentions; the others follow below it as numbers. */
const spoken = ['sessions', 'tvbox', 'invitationCodes', 'bound', 'assigned'] as const;
type Counted = Exclude<EffectName, (typeof spoken)[number]>;

function isCounted(name: EffectName): name is Counted {
  return !(spoken as readonly EffectName[]).includes(name);
}

/** Why rows are skipped: "the owner 1, already so 2". */
export function reasons(t: Translate, skipped: readonly SkippedGroup[]): string {
  return skipped.map(({ why, count }) => t('whyCount', { why: t(`why.${why}`), count })).join(t('whyJoin'));
}

/** "3 are skipped: …", or an empty text. */
export function skips(t: Translate, skipped: readonly SkippedGroup[]): string {
  const groups = skipped.filter((group) => group.count > 0);
  const count = groups.reduce((sum, group) => sum + group.count, 0);
  return count === 0 ? '' : t('skips', { count, why: reasons(t, groups) });
}

/** Further effects in words: sessions that end, tokens that stop working. */
export function spokenEffects(t: Translate, preview: Preview): readonly string[] {
  return spoken.flatMap((name) => {
    const count = preview.effects[name] ?? 0;
    return count > 0 ? [t(`effects.${name}`, { count })] : [];
  });
}

/** Further effects as numbers: cards, ledger rows, plays. */
export function countedEffects(
  t: Translate,
  preview: Preview,
): readonly { readonly label: string; readonly count: number }[] {
  return (Object.keys(preview.effects) as EffectName[]).filter(isCounted).flatMap((name) => {
    const count = preview.effects[name] ?? 0;
    return count > 0 ? [{ label: t(`effects.${name}`), count }] : [];
  });
}

/** The whole sentence of a preview: what changes, who is skipped and why, and what else happens. */
export function wholeSentence(t: Translate, preview: Preview, change: string): string {
  const first = preview.changed === 0 ? t('nothing') : change;
  return [first, skips(t, preview.skipped), ...(preview.changed === 0 ? [] : spokenEffects(t, preview))]
    .filter((part) => part !== '')
    .join(t('sentenceJoin'));
}
