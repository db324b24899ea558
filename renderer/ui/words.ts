import { useTranslation } from 'react-i18next';
import type { Domains } from '../i18n/domains';

/** A text by its key. */
export type Words = (key: string, values?: Readonly<Record<string, unknown>>) => string;

/**
 * The texts of a page, for what is drawn by its description alone: there the keys are not known beforehand. Which there
 * must be is a test's matter: test/unit/ui/page-words.test.ts.
 */
export function useWords(page: keyof Domains): Words {
  const { t } = useTranslation(page);
  return t as unknown as Words;
}
