import { afterAll } from 'vitest';

/**
 * In every test file: what a driver says to the terminal is a fault of ours, for example an option that it does not
 * know. Who said it follows from the stack.
 */
const said: string[] = [];

function note(text: string, stack = ''): void {
  if (/[\\/]node_modules[\\/](?:mysql2|ioredis)[\\/]/.test(stack)) said.push(text);
}

for (const name of ['error', 'warn', 'info', 'log'] as const) {
  const plain = console[name].bind(console);
  console[name] = (...words: unknown[]) => {
    note(words.map(String).join(' '), new Error().stack);
    plain(...words);
  };
}
process.on('warning', ({ name, message, stack }) => note(`${name}: ${message}`, stack));

afterAll(() => {
  const complaints = said.splice(0);
  if (complaints.length > 0) throw new Error(`A driver complained:\n${complaints.join('\n')}`);
});
