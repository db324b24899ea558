import { useTranslation } from 'react-i18next';
import type { Domains } from '../i18n/domains';

/** Returns a text by its key. */
export type Words = (key: string, values?: Readonly<Record<string, unknown>>) => string;

/**
 * The texts of a page for generic components, which do not know the keys at compile time.
 * test/unit/ui/page-words.test.ts checks that the keys exist.
 */
export function useWords(page: keyof Domains): Words {
  const { t } = useTranslation(page);
  return t as unknown as Words;
}
