import type { Changed, Input, OperationName, Output, Preview } from '../../contract';

/** Operations that return a preview of a change. */
export type PreviewOperation = { [N in OperationName]: [Output<N>] extends [Preview] ? N : never }[OperationName];

/** Operations that change something and return a proof or a job. */
export type ChangeOperation = { [N in OperationName]: [Output<N>] extends [Changed] ? N : never }[OperationName];

/** A change as the dialog needs it: the operation of the preview and the operation that applies the change. */
export interface Plan<P extends PreviewOperation, A extends ChangeOperation> {
  readonly preview: P;
  readonly apply: A;
  /** The input of the preview without the rows taken out; null while the form is incomplete. */
  readonly previewInput: (except: readonly string[]) => Input<P> | null;
  /** The input of the change itself. It must select the same set as the preview. */
  readonly applyInput: (except: readonly string[], fingerprint: string) => Input<A> | null;
}
