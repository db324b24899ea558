import type { Command, Tab } from '../../ui/actions';

/** What a domain brings to the palette. */
export interface Domain {
  /** The name of its folder and of its texts. */
  readonly key: string;
  readonly commands: readonly Command[];
  readonly tabs: readonly Tab[];
}

const files = import.meta.glob<{ readonly commands: readonly Command[]; readonly tabs?: readonly Tab[] }>(
  '../../pages/*/commands.ts',
  { eager: true },
);

/** All domains with commands. They are found by their files: `pages/users/commands.ts`. */
export const domains: readonly Domain[] = Object.entries(files).map(([path, { commands, tabs = [] }]) => ({
  key: path.split('/').at(-2) ?? '',
  commands,
  tabs,
}));
