export { copyText } from './copy';
export { ErrorNotice } from './ErrorNotice';
export { useHotkeys } from './hotkeys';
export { formatNumber, NumberCell } from './NumberCell';
export { PageFrame } from './PageFrame';
export { RelativeTime } from './RelativeTime';
export { StateBlock } from './StateBlock';
export { formatAbsolute } from './time';
export { toast } from '../state/toast';
