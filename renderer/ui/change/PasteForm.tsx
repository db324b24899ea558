import { Button, Textarea } from '@mantine/core';
import { type ReactElement, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Domains } from '../../i18n/domains';
import { useWords } from '../words';
import { ChangeFrame } from './ChangeFrame';
import type { PastedList } from './pasted';

export interface PasteFormProps<Kind extends string> {
  /** The page whose texts are used. The texts of the form are under `texts`. */
  readonly page: keyof Domains;
  readonly texts: string;
  readonly text: string;
  readonly onText: (text: string) => void;
  readonly read: (text: string) => PastedList;
  /** The maximum number of entries in one change. */
  readonly most: number;
  /** The changes to choose from, with the text of their button. */
  readonly kinds: readonly { readonly kind: Kind; readonly label: string }[];
  readonly onNext: (kind: Kind, pasted: PastedList) => void;
  readonly onClose: () => void;
}

/** Reads and counts a list copied from elsewhere, then passes it to a change. */
export function PasteForm<Kind extends string>(props: PasteFormProps<Kind>): ReactElement {
  const { page, texts, text, onText, read, most, kinds, onNext, onClose } = props;
  const { t } = useTranslation('common');
  const own = useWords(page);
  const say = (key: string, values?: Readonly<Record<string, unknown>>) => own(`${texts}.${key}`, values);
  const pasted = useMemo(() => read(text), [read, text]);
  const { duplicates, tooLong } = pasted;
  const count = pasted.all.length;
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
            {tooLong.length === 0 ? null : (
              <span>
                {say('tooLong', { count: tooLong.length })}{' '}
                <span className="md-change-names">{tooLong.slice(0, 5).join(', ')}</span>
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
            <Button
              key={kind}
              variant="light"
              disabled={count === 0 || count > most}
              onClick={() => onNext(kind, pasted)}
            >
              {label}
            </Button>
          ))}
        </div>
      </footer>
    </ChangeFrame>
  );
}
