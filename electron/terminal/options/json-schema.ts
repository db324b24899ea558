import * as z from 'zod';
import { meanings } from '../../contract/meaning.js';
import type { Definition } from '../../contract/operation.js';
import { type Language, type LocalizedText, translate } from '../../contract/text.js';

/** The part of JSON Schema that the contract's inputs use, with the meaning of each field. */
export interface JsonSchema extends Partial<LocalizedText> {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly enum?: readonly string[];
  readonly const?: string;
  readonly items?: JsonSchema;
  readonly format?: string;
  readonly default?: unknown;
  readonly maxLength?: number;
}

/** The input of an operation as JSON Schema, with meanings in both languages. */
export function schemaOf({ input }: Pick<Definition, 'input'>): JsonSchema {
  return z.toJSONSchema(input, { io: 'input', unrepresentable: 'any', metadata: meanings }) as JsonSchema;
}

/** The schema for display: meanings become `description`, in one language. */
export function describedSchema(definition: Definition, language: Language): unknown {
  return described(schemaOf(definition), language);
}

function described(node: unknown, language: Language): unknown {
  if (Array.isArray(node)) return node.map((each) => described(each, language));
  if (typeof node !== 'object' || node === null) return node;
  const meaning = meaningOf(node);
  const rest = Object.entries(node).filter(([key, value]) => typeof value !== 'string' || !(key in { zh: 0, en: 0 }));
  return {
    ...(meaning === null ? {} : { description: translate(meaning, language) }),
    ...Object.fromEntries(rest.map(([key, value]) => [key, described(value, language)])),
  };
}

/** The meaning of a field; null if the contract has none. */
export function meaningOf({ zh, en }: Partial<LocalizedText>): LocalizedText | null {
  return typeof zh === 'string' && typeof en === 'string' ? { zh, en } : null;
}
