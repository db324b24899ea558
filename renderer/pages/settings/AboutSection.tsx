import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { engineOf, schemaQuery } from '../../state/schema';
import { DefinitionList } from '../../ui/DefinitionList';

/** The build inserts it from package.json. */
// oxlint-disable-next-line no-underscore-dangle -- the build's name for it
declare const __MOONDESK_VERSION__: string;

/** The versions of the console, the server and the schema. */
export function AboutSection(): ReactElement {
  const { t } = useTranslation('settings');
  const { data } = useQuery(schemaQuery);
  const needed = data?.migrations.filter((one) => !one.optIn) ?? [];
  return (
    <section className="md-panel" id="about" tabIndex={-1}>
      <h2 className="md-panel-title">{t('about')}</h2>
      <DefinitionList
        rows={[
          [t('version'), `Moondesk ${__MOONDESK_VERSION__}`],
          [t('server'), data ? engineOf(data) : '—'],
          [
            t('migrations'),
            data
              ? t('applied', { n: needed.filter((one) => one.state === 'applied').length, all: needed.length })
              : '—',
          ],
          [t('zone'), new Intl.DateTimeFormat().resolvedOptions().timeZone],
          [t('licence'), 'MIT'],
        ]}
      />
    </section>
  );
}
