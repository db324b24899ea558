import * as z from 'zod';
import { contract, type OperationName } from '../contract/index.js';
import type { Definition } from '../contract/operation.js';
import { type Language, translate } from '../contract/text.js';

const names = Object.keys(contract).sort() as OperationName[];

/** All operations, by domain, from the contract. */
export function help(language: Language): string {
  const zh = language === 'zh-CN';
  const width = Math.max(...names.map((name) => name.length)) + 2;
  const lines = names.map((name) => {
    const definition: Definition = contract[name];
    return `  ${name.padEnd(width)}${definition.kind.padEnd(7)}${definition.role.padEnd(8)}${translate(definition.summary, language)}`;
  });
  return [
    zh ? '用法：moondesk <操作> [JSON | @文件 | -] [选项]' : 'Usage: moondesk <operation> [JSON | @file | -] [options]',
    '',
    ...lines,
    '',
    ...(zh
      ? [
          '选项：',
          '  -c, --connection <名称>  已保存的连接；默认用环境变量 MYSQL_HOST … REDIS_URL',
          '      --as <账号>          站点账号（或 MOONDESK_OPERATOR）；密码来自 MOONDESK_PASSWORD，或在终端输入',
          '      --key <键>           幂等键：同一个键只执行一次；默认自动生成',
          '  -y, --yes                先预览，再以预览的指纹确认；名称在站点中另有写法时不执行',
          '      --unlock <连接名称>  解锁生产连接的写入；创建首个站长时也用它',
          '  -o, --out <文件>         导出文件的路径',
          '      --language zh-CN|en',
          '  -h, --help               帮助；moondesk <操作> --help 显示其输入',
          '',
          '标准输出只有 JSON。退出码：0 成功，1 意外，2 输入有误，3 无权限或已锁定，4 不存在，5 冲突，6 连接不上或超时，7 不支持，130 已取消。',
        ]
      : [
          'Options:',
          '  -c, --connection <name>  a saved connection; otherwise MYSQL_HOST … REDIS_URL of the environment',
          '      --as <account>       site account (or MOONDESK_OPERATOR); the password from MOONDESK_PASSWORD, or asked for',
          '      --key <key>          idempotency key: the same key does the thing once; made when absent',
          '  -y, --yes                preview first, then confirm with the preview’s fingerprint; not where a name means somebody called otherwise',
          '      --unlock <name>      unlock writing on a production connection by its name; for its first owner, too',
          '  -o, --out <file>         where an export goes',
          '      --language zh-CN|en',
          '  -h, --help               this text; moondesk <operation> --help shows its input',
          '',
          'Standard output is JSON only. Exit codes: 0 done, 1 unexpected, 2 bad input, 3 no right or locked, 4 not found, 5 conflict, 6 unreachable or too slow, 7 unsupported, 130 cancelled.',
        ]),
    '',
  ].join('\n');
}

/** One operation: label, role, input as JSON Schema, and an example. */
export function helpFor(name: OperationName, language: Language): string {
  const definition: Definition = contract[name];
  const lines = [
    `${name} — ${translate(definition.summary, language)} (${definition.kind}, ${definition.role})`,
    '',
    JSON.stringify(z.toJSONSchema(definition.input, { io: 'input', unrepresentable: 'any' }), null, 2),
  ];
  if (definition.example !== undefined) lines.push('', `moondesk ${name} '${JSON.stringify(definition.example)}'`);
  if ((definition.secrets ?? []).length > 0)
    lines.push(
      '',
      translate(
        {
          zh: `含有密码：moondesk ${name} - < 文件，不要写在命令行上`,
          en: `It holds secrets: moondesk ${name} - < file, not on the command line`,
        },
        language,
      ),
    );
  return `${lines.join('\n')}\n`;
}

/** True for an operation's name in the contract. */
export function isOperation(name: string): name is OperationName {
  return Object.hasOwn(contract, name);
}
