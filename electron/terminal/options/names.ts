import type { Field } from './field.js';

/**
 * Gives each field the shortest name that no other field has: `--state` if there is only one, otherwise
 * `--filter-state`. A field at the top keeps its own name. Its other names work as well, up to the full one.
 */
export function withNames(
  fields: readonly Omit<Field, 'name' | 'aliases'>[],
  taken: ReadonlySet<string>,
): readonly Field[] {
  const owners = new Map<string, number>();
  for (const { named } of fields) for (const name of namesOf(named)) owners.set(name, (owners.get(name) ?? 0) + 1);
  const atTop = new Set(fields.filter(({ named }) => named.length === 1).flatMap(({ named }) => namesOf(named)));
  return fields.map((field) => {
    const names = namesOf(field.named);
    const long = names.at(-1) ?? '';
    const free = names.filter((name) => !taken.has(name));
    const name = free.find(
      (each) => owners.get(each) === 1 || (each === long && (names.length === 1 || !atTop.has(each))),
    );
    return {
      ...field,
      name: name ?? null,
      aliases:
        name === undefined ? [] : free.filter((each) => each !== name && (owners.get(each) === 1 || each === long)),
    };
  });
}

/** From the shortest to the longest: `tls-ca`, `mysql-tls-ca`, … */
function namesOf(named: readonly string[]): readonly string[] {
  return named.map((_, index) =>
    named
      .slice(named.length - 1 - index)
      .map(kebab)
      .join('-'),
  );
}

function kebab(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
