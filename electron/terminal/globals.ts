import type { Language, LocalizedText } from '../contract/text.js';

/** An option of every operation. */
export interface GlobalOption {
  readonly flags: string;
  readonly name: string;
  readonly meaning: LocalizedText;
}

const option = (flags: string, zh: string, en: string): GlobalOption => ({
  flags,
  name: /--([a-z]+)/.exec(flags)?.[1] ?? '',
  meaning: { zh, en },
});

export const globalOptions: readonly GlobalOption[] = [
  option(
    '-c, --connection <name>',
    '已保存的连接；默认用环境变量 MYSQL_HOST … REDIS_URL',
    'A saved connection; otherwise MYSQL_HOST … REDIS_URL of the environment',
  ),
  option(
    '--as <account>',
    '站点账号（或 MOONDESK_OPERATOR）；密码来自 MOONDESK_PASSWORD，或在终端输入',
    'Site account (or MOONDESK_OPERATOR); the password comes from MOONDESK_PASSWORD or is asked for',
  ),
  option(
    '--unlock <name>',
    '用连接名称解锁生产连接的写入；创建首个站长时也用它',
    'Unlock writing on a production connection by its name; also for creating the first owner',
  ),
  option(
    '-y, --yes',
    '先预览，再以预览的指纹确认；名称在站点中另有写法时不执行',
    'Preview first, then confirm with the preview’s fingerprint; not if a name matches a user with another spelling',
  ),
  option(
    '--key <key>',
    '幂等键：同一个键只执行一次；默认自动生成',
    'Idempotency key: the same key runs the operation once; generated if absent',
  ),
  option('-o, --out <file>', '导出文件的路径', 'The file of an export'),
  option('--json', '输出 JSON；不在终端时本来就是', 'Output JSON, the default outside a terminal'),
  option('--csv', '输出 CSV', 'Output CSV'),
  option('--schema', '显示输入的 JSON Schema', 'Show the JSON Schema of the input'),
  option('--language <language>', 'zh-CN 或 en', 'zh-CN or en'),
];

/** Option names that fields cannot have. */
export const globalNames: ReadonlySet<string> = new Set([...globalOptions.map(({ name }) => name), 'help', 'version']);

/** The requested language, wherever the option is; null if it does not exist. */
export function languageOf(words: readonly string[], environment: NodeJS.ProcessEnv): Language | null {
  const asked = words.flatMap((word, index) => {
    if (word === '--language') return words[index + 1] ?? '';
    return word.startsWith('--language=') ? word.slice('--language='.length) : [];
  });
  const last = asked.at(-1);
  if (last === 'zh-CN' || last === 'en') return last;
  if (last !== undefined) return null;
  const locale = environment['LC_ALL'] || environment['LC_MESSAGES'] || environment['LANG'] || '';
  return locale.startsWith('zh') ? 'zh-CN' : 'en';
}
