import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { type Density, rowHeights, setPreference, usePreferences } from '../state/preferences';
import { Segmented } from './fields';

const densities: readonly Density[] = ['dense', 'roomy'];

/** Chooses the row height of all tables. */
export function DensityField({ fullWidth = false }: { readonly fullWidth?: boolean }): ReactElement {
  const { t } = useTranslation('table');
  const { density } = usePreferences();
  return (
    <Segmented
      bare
      fullWidth={fullWidth}
      label={t('density')}
      choices={densities.map((value) => ({ value, label: `${t(value)} ${rowHeights[value]} px` }))}
      value={density}
      onChange={(value) => setPreference('density', value)}
    />
  );
}
