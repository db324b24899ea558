export type Language = 'zh-CN' | 'en';

/** A sentence in both of the console's languages; a missing one does not compile. */
export interface LocalizedText {
  readonly zh: string;
  readonly en: string;
}

/** The sentence in one language. */
export function translate(text: LocalizedText, language: Language): string {
  return language === 'en' ? text.en : text.zh;
}
