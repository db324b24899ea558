const imports = {
  title: '导入卡密',
  other: '选择其他文件…',
  openBatch: '打开批次 #{{id}}',
  applied: '这个文件已经导入',
  gone: '检查结果已过期',
  goneHint: '没有写入任何卡密，可以重新选择文件。',
  file: {
    text: '选择一个文件，先检查其中的每一行，确认之后才会写入。',
    csv: 'CSV：带表头，可以是这里或站点导出的文件。',
    txt: 'TXT：每行一张卡密。',
    limit: '最多 1,000,000 行，200 MB。',
    type: '未写明类型的行',
    choose: '选择文件…',
    choosing: '正在等待选择文件…',
  },
  reading: {
    label: '读取进度',
    text: '正在读取并检查文件，还没有写入任何卡密。关闭此窗口不影响检查，再次打开导入即可看到结果。',
    failed: '文件没有读完，没有写入任何卡密。',
    cancelled: '已取消读取，没有写入任何卡密。',
    hide: '转到后台',
  },
  report: {
    title: '检查结果',
    read_one: '{{file}}：读到 {{count, number}} 行。',
    read_other: '{{file}}：读到 {{count, number}} 行。',
    adds_one: '将导入 {{count, number}} 张卡密（{{types}}）。',
    adds_other: '将导入 {{count, number}} 张卡密（{{types}}）。',
    nothing: '没有可以导入的新卡密。',
    unwritten: '目前还没有写入任何内容。',
    ofType: '{{type}} {{n}}',
    join: '、',
    sentenceJoin: '',
    verdict: '检查结果',
    lines: '行数',
    handling: '处理',
  },
  verdict: {
    new: '新卡密',
    existing: '已存在',
    duplicate: '文件内重复',
    conflict: '有冲突',
    used: '已被使用',
    malformed: '无法识别',
  },
  fate: {
    new: '将导入',
    existing: '站点中已有同样的卡密，不处理',
    duplicate: '同一文件里第二次出现，只算一次',
    conflict: '站点中已有这张卡密，但类型或到期时间不同，保留站点中的',
    used: '文件写明已有人使用，不导入',
    malformed: '不符合卡密、类型或时间的写法，不导入',
  },
  samples: {
    title: '不导入的行',
    pick: '按检查结果查看',
    line: '行号',
    key: '卡密',
    why: '原因',
    limit: '列出 {{n}} 行，共 {{total}} 行。',
  },
  button_one: '导入 {{count, number}} 张卡密',
  button_other: '导入 {{count, number}} 张卡密',
};

export default imports;

declare module '../domains' {
  interface Domains {
    imports: typeof imports;
  }
}
