import type { Form, Shape } from './field.js';
import type { JsonSchema } from './json-schema.js';

/**
 * The shapes of a value that is written as one word: constants, and objects with a constant and at most one further
 * field. Null if there are any others.
 */
export function shapesOf(
  node: JsonSchema,
  formOf: (node: JsonSchema, place: { readonly path: readonly string[] }) => Form,
): readonly Shape[] | null {
  const shapes: Shape[] = [];
  for (const variant of node.oneOf ?? node.anyOf ?? []) {
    if (variant.const !== undefined) {
      shapes.push({ word: variant.const, fixed: variant.const, member: null });
      continue;
    }
    if (variant.oneOf !== undefined || variant.anyOf !== undefined) {
      const inner = shapesOf(variant, formOf);
      if (inner === null) return null;
      shapes.push(...inner);
      continue;
    }
    const members = Object.entries(variant.properties ?? {});
    const constants = members.flatMap(([name, { const: value }]) =>
      value === undefined ? [] : [[name, value] as const],
    );
    const [member, more] = members.filter(([, { const: value }]) => value === undefined);
    const [constant] = constants;
    if (constant === undefined || constants.length > 1 || more !== undefined) return null;
    shapes.push({
      word: member === undefined ? constant[1] : null,
      fixed: Object.fromEntries(constants),
      member: member === undefined ? null : { name: member[0], form: formOf(member[1], { path: [member[0]] }) },
    });
  }
  return shapes.length === 0 ? null : shapes;
}
