import type { ReactElement } from 'react';
import { LanguageButton } from './LanguageButton';
import { ThemeButton } from './ThemeButton';

/** Language and theme, for pages before the console is open. */
export function EntryTools(): ReactElement {
  return (
    <span className="md-door-tools">
      <LanguageButton />
      <ThemeButton />
    </span>
  );
}
