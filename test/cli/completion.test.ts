import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { which } from '../../build/lib/run.mjs';
import { Shell, type Typing } from './support.js';

const shells = {
  bash: 'bash --noprofile --norc -i',
  zsh: 'zsh -f -i',
  fish: 'fish --no-config --interactive',
} as const;

/** What each shell has to be told before its first completion. */
const ready = {
  bash: 'PS1=": "; bind "set bell-style none"; bind "set enable-bracketed-paste off"; source <(moondesk completion bash)',
  zsh: 'PS1=": "; autoload -U compinit && compinit -u; source <(moondesk completion zsh)',
  fish: 'moondesk completion fish | source',
} as const;

describe.each(['bash', 'zsh', 'fish'] as const)('completion in %s', (name) => {
  let shell: Shell;
  let typing: Typing;

  beforeAll(async () => {
    if (which(name) === null) return;
    shell = new Shell({});
    await shell.run('moondesk --version');
    typing = shell.terminal(shells[name], 120);
    typing.type(`${ready[name]}\n`);
    typing.type('echo rea""dy\n');
    await typing.see('ready');
  });

  afterAll(async () => {
    if (which(name) === null) return;
    await typing.close();
    shell.close();
  });

  /** Types the keys, and empties the line after `text` was seen. */
  async function complete(keys: string, text: string | RegExp): Promise<string> {
    typing.type(keys);
    const seen = await typing.see(text);
    typing.type('\u0015');
    return seen;
  }

  it.skipIf(which(name) === null)('of operations', async () => {
    await complete('moondesk car\t', 'cards');
    await complete('moondesk cards iss\t', 'issue');
    await complete('moondesk cards batches roll\t', 'rollback');
  });

  it.skipIf(which(name) === null)('of options and their values', async () => {
    await complete('moondesk users ban --rea\t', '--reason');
    await complete('moondesk users ban --reason sha\t', 'sharing');
    await complete('moondesk cards issue --type mon\t', 'month');
    await complete('moondesk -y users list --sort last\t', 'lastLogin');
  });

  it.skipIf(which(name) === null)('of what there is to choose from', async () => {
    const seen = await complete('moondesk config \t\t', /move[^]*state|state[^]*move/);
    if (name !== 'bash') expect(seen).toContain('config');
  });
});
