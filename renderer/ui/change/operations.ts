import type { Changed, Input, OperationName, Output, Preview } from '../../contract';

/** Operations that answer what a change would do. */
export type PreviewOperation = { [N in OperationName]: [Output<N>] extends [Preview] ? N : never }[OperationName];

/** Operations that change things and answer with a proof, or with a job. */
export type ChangeOperation = { [N in OperationName]: [Output<N>] extends [Changed] ? N : never }[OperationName];

/** A change as a dialog sees it: what to ask first, what to do then. */
export interface Plan<P extends PreviewOperation, A extends ChangeOperation> {
  readonly preview: P;
  readonly apply: A;
  /** Input of the preview with some rows taken out; null while the form is not complete. */
  readonly previewInput: (except: readonly string[]) => Input<P> | null;
  /** Input of the change itself. Must ask for the same set as the preview. */
  readonly applyInput: (except: readonly string[], fingerprint: string) => Input<A> | null;
}
