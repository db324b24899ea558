import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { which } from '../../build/lib/run.mjs';
import { Shell, type Typing } from './support.js';

const shells = {
  bash: 'bash --noprofile --norc -i',
  zsh: 'zsh -f -i',
  fish: 'fish --no-config --interactive',
} as const;

/** The set-up of each shell. */
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

  /** Types the keys and waits for `text`; then empties the line. */
  async function completed(keys: string, text: string | RegExp): Promise<string> {
    typing.type(keys);
    const seen = await typing.see(text);
    typing.type('\u0015');
    return seen;
  }

  it.skipIf(which(name) === null).each([
    ['moondesk car\t', 'cards'],
    ['moondesk cards iss\t', 'issue'],
    ['moondesk cards batches roll\t', 'rollback'],
    ['moondesk users ban --rea\t', '--reason'],
    ['moondesk users ban --reason sha\t', 'sharing'],
    ['moondesk cards issue --type mon\t', 'month'],
    ['moondesk -y users list --sort last\t', 'lastLogin'],
  ])('%j: %s', async (keys, text) => {
    expect(await completed(keys, text)).toContain(text);
  });

  it.skipIf(which(name) === null)('runs nothing that is on the line', async () => {
    typing.type('echo precious > kept\n');
    await completed('moondesk users list > kept --lim\t', 'limit');
    await completed('moondesk users ban --note "$(touch ran)" --rea\t', 'reason');
    typing.type('cat kept; ls ran; echo look""ed\n');
    const seen = await typing.see('looked');
    expect(seen).toMatch(/precious/);
    expect(seen).toMatch(/No such file/);
  });

  it.skipIf(which(name) === null)('shows what there is to choose from, and what it does', async () => {
    const seen = await completed('moondesk config \t\t', /move[^]*state|state[^]*move/);
    if (name === 'bash') expect(seen).toMatch(/move\s+overwritten\s+restore\s+state/);
    else expect(seen).toContain('How the site’s config is kept');
  });
});
