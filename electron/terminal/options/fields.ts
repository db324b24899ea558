import type { Definition } from '../../contract/operation.js';
import type { Alternatives, Field, Form, Group, InputForm } from './field.js';
import { type JsonSchema, meaningOf, schemaOf } from './json-schema.js';
import { withNames } from './names.js';
import { shapesOf } from './shapes.js';

type Unnamed = Omit<Field, 'name' | 'aliases'>;

interface Place {
  readonly path: readonly string[];
  readonly named: readonly string[];
  readonly required: boolean;
  readonly fallback: unknown;
  readonly group: Group | null;
}

/** Longer strings are given by files. */
const longest = 5_000;

/** The input of an operation as options, derived from its schema. Names in `taken` are not used. */
export function formOf(definition: Pick<Definition, 'input' | 'secrets'>, taken: ReadonlySet<string>): InputForm {
  return formOfSchema(schemaOf(definition), new Set(definition.secrets), taken);
}

function formOfSchema(schema: JsonSchema, secrets: ReadonlySet<string>, taken: ReadonlySet<string>): InputForm {
  const found: { readonly fields: Unnamed[]; readonly alternatives: Alternatives[] } = { fields: [], alternatives: [] };
  const atRoot = new Set(Object.keys(schema.properties ?? {}));
  look(schema, { path: [], named: [], required: true, fallback: undefined, group: null });
  return { fields: withNames(found.fields, taken), alternatives: found.alternatives };

  function look(node: JsonSchema, place: Place): void {
    const at = { ...place, fallback: node.default ?? place.fallback };
    if (node.properties !== undefined) lookInside(node, at);
    else if (node.anyOf !== undefined || node.oneOf !== undefined) lookAtVariants(node, at);
    else if (node.const === undefined) add(node, at, formOfValue(node, at));
  }

  function lookInside({ properties = {}, required = [] }: JsonSchema, { path, named, ...place }: Place): void {
    for (const [name, node] of Object.entries(properties)) {
      if (found.fields.some((field) => startsWith(field.path, [...path, name]))) continue;
      const must = place.required && required.includes(name);
      look(node, {
        path: [...path, name],
        named: [...named, name],
        required: must,
        fallback: memberOf(place.fallback, name),
        group: place.group ?? (path.length === 0 ? groupOf(node, must) : null),
      });
    }
  }

  function lookAtVariants(node: JsonSchema, place: Place): void {
    const variants = node.oneOf ?? node.anyOf ?? [];
    const discriminator = discriminatorOf(variants);
    const shapes = shapesOf(node, formOfValue);
    if (shapes !== null || variants.some(({ properties }) => properties === undefined)) {
      add(node, place, shapes === null ? { kind: 'json' } : { kind: 'shapes', shapes });
      return;
    }
    found.alternatives.push({
      path: place.path,
      discriminator,
      variants: variants.map(({ properties = {} }) => ({
        value: discriminator === null ? null : (properties[discriminator]?.const ?? null),
        members: Object.keys(properties),
      })),
      fallback: discriminator === null ? null : textOf(memberOf(place.fallback, discriminator)),
    });
    if (discriminator !== null)
      add(
        node,
        { ...place, path: [...place.path, discriminator], fallback: memberOf(place.fallback, discriminator) },
        {
          kind: 'choice',
          values: variants.flatMap(({ properties }) => properties?.[discriminator]?.const ?? []),
        },
      );
    for (const variant of variants) {
      // A field that the input has at the top is not offered here again: an export has a filter of its own.
      const properties = Object.entries(variant.properties ?? {}).filter(
        ([name]) => place.path.length === 0 || !atRoot.has(name),
      );
      lookInside({ ...variant, properties: Object.fromEntries(properties) }, { ...place, required: false });
      for (const [name, each] of properties) if (takesAll(each)) addAll(place, name);
    }
  }

  function addAll(place: Place, member: string): void {
    const meaning = { zh: '不加筛选，全部', en: 'All of them, without a filter' };
    found.fields.push({
      path: [...place.path, member],
      named: [...place.named, 'all'],
      group: place.group,
      form: { kind: 'all' },
      meaning,
      required: false,
      fallback: undefined,
      secret: false,
    });
  }

  function add(node: JsonSchema, { path, named, required, fallback, group }: Place, form: Form): void {
    found.fields.push({
      path,
      named,
      group,
      form,
      meaning: meaningOf(node) ?? { zh: '', en: '' },
      required,
      fallback,
      secret: path.some((name) => secrets.has(name)),
    });
  }

  function formOfValue(node: JsonSchema, { path }: Pick<Place, 'path'>): Form {
    if (node.enum !== undefined) return { kind: 'choice', values: node.enum };
    if (node.type === 'boolean') return { kind: 'flag' };
    if (node.type === 'integer' || node.type === 'number') return { kind: node.type };
    if (node.type === 'string') {
      if (node.format === 'date-time') return { kind: 'moment', end: /(?:^t|T)o$/.test(path.at(-1) ?? '') };
      return { kind: (node.maxLength ?? 0) > longest ? 'long' : 'text' };
    }
    if (node.type === 'array' && node.items !== undefined) {
      const { items } = node;
      if (items.properties !== undefined) return { kind: 'rows', fields: formOfSchema(items, new Set(), new Set()) };
      return { kind: 'list', of: formOfValue(items, { path }) };
    }
    return { kind: 'json' };
  }
}

/** Fields inside a field at the top are shown together, under its meaning. */
function groupOf(node: JsonSchema, required: boolean): Group | null {
  const variants = node.oneOf ?? node.anyOf ?? [];
  const inside = node.properties !== undefined || variants.some(({ properties }) => properties !== undefined);
  const meaning = inside && discriminatorOf(variants) === null ? meaningOf(node) : null;
  return meaning === null ? null : { meaning, required };
}

/** The field that is a constant in each of the variants. */
function discriminatorOf(variants: readonly JsonSchema[]): string | null {
  const [first] = variants;
  const names = Object.keys(first?.properties ?? {});
  return names.find((name) => variants.every(({ properties }) => properties?.[name]?.const !== undefined)) ?? null;
}

function takesAll({ properties, required = [] }: JsonSchema): boolean {
  return properties !== undefined && required.length === 0;
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function startsWith(path: readonly string[], start: readonly string[]): boolean {
  return start.every((name, index) => path[index] === name);
}
