import i18next, { type ResourceLanguage } from 'i18next';
import { initReactI18next } from 'react-i18next';
import { speak } from '../bridge';
import type { Language } from '../contract';
import type { Domains } from './domains';
import { collect } from './collect';
import { visible } from './visible';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'common';
    resources: Domains;
  }
}

const storageKey = 'moondesk.language';
/** A new domain needs no edit here. */
const files = import.meta.glob<{ readonly default: ResourceLanguage }>('./*/*.ts', { eager: true });

function remembered(): Language {
  return localStorage.getItem(storageKey) === 'en' ? 'en' : 'zh-CN';
}

function apply(language: Language): void {
  speak(language);
  document.documentElement.lang = language;
}

/** Starts i18next. All texts are bundled, so nothing is loaded and nobody waits. */
export async function startLanguage(): Promise<void> {
  const language = remembered();
  apply(language);
  await i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: 'zh-CN',
    defaultNS: 'common',
    resources: collect(files),
    // Names from the database stand in many texts: none of them may hide characters or turn the text around it.
    interpolation: { escapeValue: true, escape: visible },
    returnNull: false,
    // A code that another version has written has no text: it is shown itself.
    parseMissingKeyHandler: (key, given?: string) => given ?? key.slice(key.lastIndexOf('.') + 1),
  });
}

/** The language in use now. */
export function currentLanguage(): Language {
  return i18next.language === 'en' ? 'en' : 'zh-CN';
}

/** Switches the language without a reload, and remembers it. */
export async function setLanguage(language: Language): Promise<void> {
  localStorage.setItem(storageKey, language);
  apply(language);
  await i18next.changeLanguage(language);
}
