import { Button, Textarea } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { Words } from '../words';
import { ChangeFrame } from './ChangeFrame';

export interface PasteFormProps<Kind extends string> {
  /** The page's texts; those of the form stand under `texts`. */
  readonly own: Words;
  readonly texts: string;
  readonly text: string;
  readonly onText: (text: string) => void;
  /** What was read of it. */
  readonly count: number;
  readonly duplicates: number;
  readonly tooLong: number;
  /** Some of what is too long. */
  readonly examples?: readonly string[];
  /** How many a change may carry. */
  readonly most: number;
  /** What can be done with it, and what its button says. */
  readonly kinds: readonly { readonly kind: Kind; readonly label: string }[];
  readonly onNext: (kind: Kind) => void;
  readonly onClose: () => void;
}

/** A list from elsewhere, read and counted, then handed to a change. */
export function PasteForm<Kind extends string>(props: PasteFormProps<Kind>): ReactElement {
  const { own, texts, text, onText, count, duplicates, tooLong, examples = [], most, kinds, onNext, onClose } = props;
  const { t } = useTranslation('common');
  const say = (key: string, values?: Readonly<Record<string, unknown>>) => own(`${texts}.${key}`, values);
  return (
    <ChangeFrame title={say('title')} busy={false} onClose={onClose}>
      <div className="md-change-scroll">
        <div className="md-change-stack">
          <Textarea
            label={say('label')}
            description={say('hint')}
            rows={13}
            classNames={{ input: 'md-mono' }}
            value={text}
            spellCheck={false}
            autoComplete="off"
            onChange={(event) => onText(event.currentTarget.value)}
            data-autofocus
          />
          <div className="md-inline" aria-live="polite">
            <strong>{count === 0 ? say('nothing') : say('read', { count })}</strong>
            {duplicates === 0 ? null : <span>{say('duplicates', { count: duplicates })}</span>}
            {tooLong === 0 ? null : (
              <span>
                {say('tooLong', { count: tooLong })} <span className="md-change-names">{examples.join(', ')}</span>
              </span>
            )}
            {count > most ? <span role="alert">{say('tooMany', { max: most })}</span> : null}
          </div>
        </div>
      </div>
      <footer className="md-change-bar">
        <div className="md-change-bar-actions">
          <Button variant="default" onClick={onClose}>
            {t('cancel')}
          </Button>
          {kinds.map(({ kind, label }) => (
            <Button key={kind} variant="light" disabled={count === 0 || count > most} onClick={() => onNext(kind)}>
              {label}
            </Button>
          ))}
        </div>
      </footer>
    </ChangeFrame>
  );
}
