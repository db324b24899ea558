import { Anchor, Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import './schema.css';

/** A link to the section that error hints call “Settings › Database”. Use `quiet` in a title line. */
export function DatabaseLink({ quiet = false }: { readonly quiet?: boolean }): ReactElement {
  const { t } = useTranslation('common');
  const root = (props: object) => <Link {...props} to="/settings" search={{ section: 'database' }} />;
  if (quiet) {
    return (
      <Anchor size="sm" className="md-schema-lead" renderRoot={root}>
        {t('openDatabase')}
      </Anchor>
    );
  }
  return (
    <Button size="compact-sm" variant="default" renderRoot={root}>
      {t('openDatabase')}
    </Button>
  );
}
