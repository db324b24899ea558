import { expect, test } from 'vitest';
import { contract, type OperationName } from '../../../electron/contract/index.js';
import type { Definition } from '../../../electron/contract/operation.js';
import { type JsonSchema, schemaOf } from '../../../electron/terminal/options/json-schema.js';

const names = Object.keys(contract) as OperationName[];

/** All fields of a schema with their paths, except constants. */
function fieldsIn(schema: JsonSchema, path: string): readonly (readonly [path: string, field: JsonSchema])[] {
  const inside = Object.entries(schema.properties ?? {}).flatMap(([name, field]) =>
    field.const === undefined ? [[`${path}.${name}`, field] as const, ...fieldsIn(field, `${path}.${name}`)] : [],
  );
  const variants = [
    ...(schema.anyOf ?? []),
    ...(schema.oneOf ?? []),
    ...(schema.items === undefined ? [] : [schema.items]),
  ];
  return [...inside, ...variants.flatMap((variant) => fieldsIn(variant, path))];
}

test('every field of every input says what it means, in both languages', () => {
  const fields = names.flatMap((name) => fieldsIn(schemaOf(contract[name] as Definition), name));
  expect(fields.length).toBeGreaterThan(300);
  const silent = fields.filter(([, { zh, en }]) => (zh ?? '') === '' || (en ?? '') === '').map(([path]) => path);
  expect(silent).toEqual([]);
  const mixed = fields.filter(([, { zh, en }]) => /\p{Script=Han}/u.test(en ?? '') || zh === undefined);
  expect(mixed.map(([path]) => path)).toEqual([]);
});
