const config = {
  section: '站点配置',
  home: '用户条目',
  homes: { document: '在配置文档中', rows: '每人一行', leaving: '迁回尚未完成' },
  bytes: '配置字节数',
  entries: '条目数',
  moved: '上次迁移',
  about: {
    document:
      '每个用户在配置的 UserConfig.Users 里有一个条目。注册、封禁、绑卡都要改写整份配置并彼此等待：用户越多越慢。',
    rows: '配置只保存站点设置，用户条目各占一行：修改一个用户不再等待其他用户。站点读到的配置与迁移前相同。',
    leaving: '迁回已经开始但没有结束。站点照常工作；请继续迁回，或取消。',
  },
  foundAgain_one:
    '迁移之后又有 {{count, number}} 次在配置文档中发现用户条目（由站点自己的代码写入），已拆回各行。最近一次：',
  foundAgain_other:
    '迁移之后又有 {{count, number}} 次在配置文档中发现用户条目（由站点自己的代码写入），已拆回各行。最近一次：',
  notMovable: '迁移条目需要先执行迁移 0005。',
  ownerOnly: '只有站长可以迁移用户条目。',
  locked: '当前连接为只读：可以预览，迁移之前需要解锁写入。',
  move: { document: '预览迁移到各行…', rows: '预览迁回文档…', leaving: '继续迁回…' },
  callOff: '取消迁回',
  command: {
    move: '迁移用户条目',
    callOff: '取消迁回用户条目',
    nothingToCallOff: '没有正在进行的迁回。',
    restore: '再次应用被覆盖的修改',
    dismiss: '不再提示被覆盖的修改',
  },
  previewHint: '先列出会发生什么，确认后才执行。',
  overwritten: {
    notice_one: '{{count, number}} 项对用户条目的修改被旧配置覆盖了',
    notice_other: '{{count, number}} 项对用户条目的修改被旧配置覆盖了',
    why: '站点把内存里的旧配置整份写回，条目又变回修改之前的样子。',
    meanwhile: '封禁在数据库里仍然有效（users.banned）；只看配置的站点页面会把这些用户当作未封禁。',
    values: '现在 {{now}}，应为 {{ours}}',
    absent: '（无）',
    onlyNewest: '只在最近的 {{most, number}} 项条目修改中查找了被覆盖的修改，更早的没有查看。',
    more_one: '另有 {{count, number}} 项未列出。',
    more_other: '另有 {{count, number}} 项未列出。',
    dismissed_one: '{{count, number}} 项被覆盖的修改不再提示。',
    dismissed_other: '{{count, number}} 项被覆盖的修改不再提示。',
    restore: '预览再次应用…',
    dismiss: '保持现状，不再提示',
    ownerOnly: '只有站长可以再次应用或不再提示。',
    title: '再次应用被覆盖的修改',
    sentence_one: '把 {{count, number}} 项修改重新写进用户条目。',
    sentence_other: '把 {{count, number}} 项修改重新写进用户条目。',
    left_one: '另有 {{count, number}} 项连同用户数据一起被改回，需要重新操作一次（例如再次封禁）。',
    left_other: '另有 {{count, number}} 项连同用户数据一起被改回，需要重新操作一次（例如再次封禁）。',
    restart: '站点内存里的旧配置不会因此更新：之后请重启站点，否则下次保存又会覆盖。',
    confirm_one: '再次应用 {{count, number}} 项',
    confirm_other: '再次应用 {{count, number}} 项',
    doing: '正在写入配置…',
    done_one: '已再次应用 {{count, number}} 项修改。请重启站点，让它重新读取配置。',
    done_other: '已再次应用 {{count, number}} 项修改。请重启站点，让它重新读取配置。',
  },
  dialog: {
    title: { rows: '把用户条目迁到各行', document: '把用户条目迁回文档' },
    sentence: {
      rows_one: '把数据库 {{database}} 的配置中 {{count, number}} 个用户条目各存一行，配置只留站点设置。',
      rows_other: '把数据库 {{database}} 的配置中 {{count, number}} 个用户条目各存一行，配置只留站点设置。',
      document_one: '把 {{count, number}} 个用户条目写回数据库 {{database}} 的配置文档。',
      document_other: '把 {{count, number}} 个用户条目写回数据库 {{database}} 的配置文档。',
    },
    entries: '条目',
    bytes: '整份配置字节数',
    withoutUser: '无对应用户',
    odd: '不属于任何人的元素',
    doubled: '重复的名称，以第一个为准：{{names}}',
    drifted: '条目与用户表不一致',
    driftedText: '站点读到的仍是条目里的值，直到该字段下次被修改。',
    driftedSample: '例如：{{names}}',
    back: {
      rows: '站点读到的配置不变；随时可以迁回，未修改的条目逐字还原。',
      document: '迁回之后，注册、封禁与绑卡又会改写整份配置。迁移期间的写入会短暂等待。',
    },
    button: {
      rows_one: '迁移 {{count, number}} 个条目',
      rows_other: '迁移 {{count, number}} 个条目',
      document_one: '迁回 {{count, number}} 个条目',
      document_other: '迁回 {{count, number}} 个条目',
    },
    doing: '正在迁移，完成之前其他修改配置的写入会等待。',
    done: {
      rows_one: '{{count, number}} 个条目已各存一行。',
      rows_other: '{{count, number}} 个条目已各存一行。',
      document_one: '{{count, number}} 个条目已写回文档。',
      document_other: '{{count, number}} 个条目已写回文档。',
    },
  },
};

export default config;

declare module '../domains' {
  interface Domains {
    config: typeof config;
  }
}
