import type { ReactElement, ReactNode } from 'react';
import type { Input } from '../../contract';
import type { Domains } from '../../i18n/domains';
import { useWords } from '../words';
import { ChangeDialog } from './ChangeDialog';
import type { ChangeOperation, PreviewOperation } from './operations';
import type { TargetNoun } from './Problems';

/** Changes that are previewed by an operation of their own: `users.ban` by `users.ban.preview`. */
export type FormOperation = {
  [N in ChangeOperation]: `${N}.preview` extends PreviewOperation ? N : never;
}[ChangeOperation];

type Previewed<N extends FormOperation> = `${N}.preview`;

export interface ChangeFormProps<N extends FormOperation> {
  readonly operation: N;
  /** What is asked for, less the rows that are taken out; null while the fields are not complete. */
  readonly input: Input<Previewed<N>> | null;
  /** Where its texts stand, if that is not the operation's own name: `users.ban` of `users.ban`. */
  readonly texts?: string;
  /** Another sentence than `<texts>.sentence`. */
  readonly sentence?: string;
  /** What title and sentence say beside the number. */
  readonly words?: Readonly<Record<string, string>>;
  /** Cannot be taken back, or only in part: the number must always be typed. */
  readonly destructive?: boolean;
  /** Repeated names that a pasted list held. */
  readonly duplicates?: number;
  /** What a typed or pasted list is of; names, if absent. */
  readonly things?: TargetNoun;
  /** The change's own fields. */
  readonly children?: ReactNode;
  readonly onClose: () => void;
}

/** A selection from which rows can be taken out: all but pasted keys, which are taken whole. */
function selectionOf(input: object): { readonly except?: readonly string[] } | null {
  if (!('who' in input)) return null;
  const { who } = input;
  return typeof who === 'object' && who !== null && !('keys' in who) ? who : null;
}

/** The input less the rows that were taken out in the preview. */
function without<I extends object>(input: I, takenOut: readonly string[]): I {
  const who = selectionOf(input);
  return who === null || takenOut.length === 0
    ? input
    : { ...input, who: { ...who, except: [...(who.except ?? []), ...takenOut] } };
}

/**
 * The dialog of a change, by the operation's name: its preview, its sentence and its button follow from it. Its texts
 * are
 * `title`, `sentence` and `button` under the operation's last name, in the file of the name before.
 */
export function ChangeForm<N extends FormOperation>({
  operation,
  input,
  texts,
  sentence = 'sentence',
  words = {},
  children,
  ...rest
}: ChangeFormProps<N>): ReactElement {
  const [group = '', domain = ''] = operation.split('.').toReversed();
  const own = useWords(domain as keyof Domains);
  const say = (name: string) => (count: number) => own(`${texts ?? group}.${name}`, { count, ...words });
  return (
    <ChangeDialog
      title={own(`${texts ?? group}.title`, words)}
      plan={{
        preview: `${operation}.preview`,
        apply: operation,
        previewInput: (takenOut) => (input === null ? null : without(input, takenOut)),
        applyInput: (takenOut, fingerprint) =>
          input === null ? null : ({ ...without(input, takenOut), fingerprint } as unknown as Input<N>),
      }}
      whole={input === null || selectionOf(input) === null}
      sentence={say(sentence)}
      button={say('button')}
      {...(children === undefined ? {} : { form: children })}
      {...rest}
    />
  );
}
