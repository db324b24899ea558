import type { TFunction } from 'i18next';
import type { Preview, SkippedGroup } from '../../contract';

type Translate = TFunction<'change'>;

const known = ['sessions', 'tvbox', 'invitationCodes', 'cards', 'points'] as const;
type KnownEffect = (typeof known)[number];

function isKnown(name: string): name is KnownEffect {
  return (known as readonly string[]).includes(name);
}

/** "the owner 1, already so 2": why things are left alone. */
export function reasons(t: Translate, skipped: readonly SkippedGroup[]): string {
  return skipped.map(({ why, count }) => t('whyCount', { why: t(`why.${why}`), count })).join(t('whyJoin'));
}

/** "3 are skipped: …" or nothing. */
export function skips(t: Translate, skipped: readonly SkippedGroup[]): string {
  const groups = skipped.filter((group) => group.count > 0);
  const count = groups.reduce((sum, group) => sum + group.count, 0);
  return count === 0 ? '' : t('skips', { count, why: reasons(t, groups) });
}

/** What else happens: sessions that end, tokens that stop. */
export function effects(t: Translate, preview: Preview): readonly string[] {
  return Object.entries(preview.effects)
    .filter(([, count]) => count > 0)
    .map(([name, count]) => (isKnown(name) ? t(`effects.${name}`, { count }) : t('effects.other', { name, count })));
}

/** The whole sentence of a preview: what changes, who is skipped and why, what else happens. */
export function wholeSentence(t: Translate, preview: Preview, change: string): string {
  const first = preview.changed === 0 ? t('nothing') : change;
  return [first, skips(t, preview.skipped), ...(preview.changed === 0 ? [] : effects(t, preview))]
    .filter((part) => part !== '')
    .join(t('sentenceJoin'));
}
