import type { ResourceLanguage } from 'i18next';

/** The texts of one language by domain. */
type Texts = Record<string, ResourceLanguage>;

/**
 * Sorts the text files of all languages: `./zh-CN/users.ts` becomes `zh-CN` → `users`. What the audit stores is told
 * by the words of `stored` and by those that a domain's file has under `stored` for its own fields and codes.
 */
export function collect(
  files: Readonly<Record<string, { readonly default: ResourceLanguage }>>,
): Record<string, Texts> {
  const languages: Record<string, Texts> = {};
  for (const [path, module] of Object.entries(files)) {
    const [, language, domain] = /([^/]+)\/([^/]+)\.ts$/.exec(path) ?? [];
    if (language !== undefined && domain !== undefined) (languages[language] ??= {})[domain] = module.default;
  }
  for (const texts of Object.values(languages))
    texts['stored'] = Object.values(texts).reduce<ResourceLanguage>(
      (all, own) => joined(all, branch(own['stored'])),
      texts['stored'] ?? {},
    );
  return languages;
}

const branch = (value: unknown): ResourceLanguage =>
  typeof value === 'object' && value !== null ? (value as ResourceLanguage) : {};

/** Both trees; where both have a text, that of the second. */
function joined(one: ResourceLanguage, other: ResourceLanguage): ResourceLanguage {
  const all = { ...one };
  for (const [key, value] of Object.entries(other))
    all[key] = typeof value === 'string' ? value : joined(branch(all[key]), branch(value));
  return all;
}
