export { ChangeDialog, type ChangeDialogProps, UndoDialog } from './ChangeDialog';
export type { ChangeWords } from './ChangeFlow';
export { ChangeFrame } from './ChangeFrame';
export { askToUnlock, Notices } from './Notices';
export type { ChangeOperation, Plan, PreviewOperation } from './operations';
export { DoingPane } from './DoingPane';
export { ProofPane, ProofView } from './ProofPane';
export { Steps } from './Steps';
export { useApply } from './useApply';
