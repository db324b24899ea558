import type { Changed, Preview } from '../../contract/common.js';
import type { OperationName, Output, Parsed } from '../../contract/index.js';
import type { JobHandler } from '../../jobs/job-handler.js';
import type { Handler, Handlers, SiteContext } from '../context.js';
import { apply, type BulkChange, preview, stepOf } from './bulk.js';

/** Operations that have a preview. */
type ChangeName = { [N in OperationName]: `${N}.preview` extends OperationName ? N : never }[OperationName];

type PreviewOf<N extends ChangeName> = Extract<OperationName, `${N}.preview`>;

/** A change with its own handlers, and the step of its job if it starts one. */
interface OwnChange<N extends ChangeName> {
  readonly preview: Handler<PreviewOf<N>>;
  readonly apply: Handler<N>;
  readonly step?: JobHandler;
}

/** A bulk change must return a Preview and then a Changed. */
type Description<N extends ChangeName> =
  | OwnChange<N>
  | ([Output<PreviewOf<N>>, Output<N>] extends [Preview, Changed] ? BulkChange<Parsed<PreviewOf<N>>> : never);

interface Described<N extends ChangeName> {
  readonly handlers: Pick<Handlers, N | PreviewOf<N>>;
  /** The steps of the jobs that these changes start. */
  readonly steps: readonly JobHandler[];
}

/**
 * The handlers of changes and the steps of their jobs, each from one description by the change's name.
 *
 * @example
 * const changed = changes({ 'users.ban': userChange(ban), 'cards.issue': { preview: previewIssue, apply: issue, step: issueStep } });
 */
export function changes<N extends ChangeName>(descriptions: { readonly [K in N]: Description<K> }): Described<N> {
  const handlers: Record<string, unknown> = {};
  const steps: JobHandler[] = [];
  const all = descriptions as unknown as Readonly<Record<string, OwnChange<N> | BulkChange<never>>>;
  for (const [name, one] of Object.entries(all)) {
    const { step, ...pair } = 'act' in one ? bulk(one as BulkChange<unknown>) : one;
    handlers[`${name}.preview`] = pair.preview;
    handlers[name] = pair.apply;
    if (step === undefined) continue;
    // Two changes with the same input type could be mixed up.
    if (step.operation !== name) throw new Error(`${name} has the step of ${step.operation}`);
    steps.push(step);
  }
  return { handlers: handlers as Described<N>['handlers'], steps };
}

function bulk<Input>(change: BulkChange<Input>) {
  return {
    preview: (input: Input, context: SiteContext) => preview(change, input, context),
    apply: (input: Input & { readonly fingerprint: string }, context: SiteContext) => apply(change, input, context),
    step: stepOf(change),
  };
}
