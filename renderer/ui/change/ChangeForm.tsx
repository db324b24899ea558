import type { ReactElement, ReactNode } from 'react';
import type { Input } from '../../contract';
import type { Domains } from '../../i18n/domains';
import { useWords } from '../words';
import { ChangeDialog } from './ChangeDialog';
import type { ChangeOperation, PreviewOperation } from './operations';
import type { TargetNoun } from './Problems';

/** Changes that have a preview operation of their own: `users.ban` has `users.ban.preview`. */
export type FormOperation = {
  [N in ChangeOperation]: `${N}.preview` extends PreviewOperation ? N : never;
}[ChangeOperation];

type Previewed<N extends FormOperation> = `${N}.preview`;

export interface ChangeFormProps<N extends FormOperation> {
  readonly operation: N;
  /** The input, before rows are taken out; null while the fields are incomplete. */
  readonly input: Input<Previewed<N>> | null;
  /** The key of the texts, if it differs from the operation's name. */
  readonly texts?: string;
  /** Replaces the sentence `<texts>.sentence`. */
  readonly sentence?: string;
  /** Further values for the title and the sentence, besides the number. */
  readonly words?: Readonly<Record<string, string>>;
  /** The change cannot be undone, or only partly: the operator must always type the number. */
  readonly destructive?: boolean;
  /** How many repeated names a pasted list contained. */
  readonly duplicates?: number;
  /** What a typed or pasted list contains. Default: names. */
  readonly things?: TargetNoun;
  /** The fields of this change. */
  readonly children?: ReactNode;
  readonly onClose: () => void;
}

/** The selection in the input, if rows can be taken out of it. Null for pasted keys: they are changed as a whole. */
function selectionOf(input: object): { readonly except?: readonly string[] } | null {
  if (!('who' in input)) return null;
  const { who } = input;
  return typeof who === 'object' && who !== null && !('keys' in who) ? who : null;
}

/** The input without the rows that were taken out in the preview. */
function without<I extends object>(input: I, takenOut: readonly string[]): I {
  const who = selectionOf(input);
  return who === null || takenOut.length === 0
    ? input
    : { ...input, who: { ...who, except: [...(who.except ?? []), ...takenOut] } };
}

/**
 * The dialog of a change. The preview, the sentence and the button follow from the operation's name. The texts are
 * `title`, `sentence` and `button`. For `users.ban` they are under `ban` in the file `users`.
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
