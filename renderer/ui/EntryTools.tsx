import type { ReactElement } from 'react';
import { LanguageButton } from './LanguageButton';
import { ThemeButton } from './ThemeButton';

/** Language and theme buttons for entry pages, where the top bar is missing. */
export function EntryTools(): ReactElement {
  return (
    <span className="md-door-tools">
      <LanguageButton />
      <ThemeButton />
    </span>
  );
}
