const jobs = {
  title: '任务',
  quiet: '没有进行中的任务',
  allOver_one: '没有进行中的任务，已结束 {{count}} 项',
  allOver_other: '没有进行中的任务，已结束 {{count}} 项',
  more: '另有 {{n}} 项',
  fold: '收起任务',
  unfold: '展开任务',
  empty: '暂无任务',
  emptyHint: '导出、批量封禁等超过一秒的工作会显示在这里，可暂停、继续或取消。',
  pause: '暂停',
  resume: '继续',
  cancel: '取消',
  cancelJob: '取消任务',
  secondsLeft: '剩余 {{n}} 秒',
  minutesLeft: '剩余约 {{n}} 分钟',
  progress: '{{done}} / {{total}}',
  skipped: '跳过 {{n}}',
  leftOut_one: '{{count, number}} 项在预览之后已有变化，未处理',
  leftOut_other: '{{count, number}} 项在预览之后已有变化，未处理',
  leftOutMore: '（仅列出前 100 项；moondesk jobs.leftOut 可列出全部）',
  nameJoin: '、',
  failedRows: '失败 {{n}}',
  rate: '每秒 {{n}}',
  openFile: '打开',
  openFolder: '打开文件夹',
  copyPath: '复制路径',
  pathCopied: '已复制路径',
  exported: '已导出 {{file}}',
  file: '文件：{{file}}',
  state_waiting: '等待',
  state_running: '进行中',
  state_paused: '已暂停',
  state_done: '完成',
  state_failed: '失败',
  state_cancelled: '已取消',
};

export default jobs;

declare module '../domains' {
  interface Domains {
    jobs: typeof jobs;
  }
}
