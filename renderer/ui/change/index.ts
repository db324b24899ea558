export { ChangeDialog, UndoDialog } from './ChangeDialog';
export { ChangeFrame } from './ChangeFrame';
export { Notices } from './Notices';
export { DoingBar } from './DoingPane';
export { ProofPane, ProofView } from './ProofPane';
export { Steps } from './Steps';
export { useApply } from './useApply';
export { UndoFlow } from './UndoFlow';
