import { Outlet, useNavigate, useRouterState } from '@tanstack/react-router';
import { type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { JobsBar } from './jobs/JobsBar';
import { UnlockDialog } from '../ui/lock/UnlockDialog';
import { Palette } from './palette/Palette';
import { Rail } from './Rail';
import { doorFor, useSession } from '../state/session';
import { ShortcutsList } from './ShortcutsList';
import { TopBar } from './TopBar';
import { useDeskKeys } from './useDeskKeys';
import { useMainEvents } from './useMainEvents';
import { useMenu } from './useMenu';
import { useWindowActions } from './useWindowActions';

/**
 * The window: environment strip, top bar, rail, page, jobs. On entry pages (connect, sign-in, …) only the strip is
 * left.
 */
export function Frame(): ReactElement {
  const session = useSession();
  const { t } = useTranslation('shell');
  const navigate = useNavigate();
  const path = useRouterState({ select: (state) => state.location.pathname });
  const [palette, setPalette] = useState(false);
  const [shortcuts, setShortcuts] = useState(false);
  const [jobs, setJobs] = useState(false);
  const inside = doorFor(session) === null && path !== '/connect';

  const toggleJobs = () => setJobs((now) => !now);
  useMainEvents();
  // The connections page has no jobs line, so the console opens first.
  const showJobs = () => {
    setJobs(true);
    if (!inside) void navigate({ to: '/overview' });
  };
  const onJobs = inside ? toggleJobs : showJobs;
  useMenu({ onPalette: () => setPalette(true), onShortcuts: () => setShortcuts(true), onJobs });
  useWindowActions({ onShortcuts: () => setShortcuts(true), onToggleJobs: onJobs, onShowJobs: showJobs });
  useDeskKeys({ enabled: inside, onPalette: () => setPalette(true), onShortcuts: () => setShortcuts(true) });

  const environment = path === '/connect' ? undefined : session.connection?.environment;
  return (
    <div className="md-frame">
      <div className="md-strip" data-environment={environment} />
      {inside ? (
        <>
          <TopBar session={session} onPalette={() => setPalette(true)} onShortcuts={() => setShortcuts(true)} />
          <div className="md-middle">
            <Rail />
            <main className="md-main" aria-label={t('page')} tabIndex={-1}>
              <Outlet />
            </main>
          </div>
          <JobsBar opened={jobs} onToggle={toggleJobs} />
        </>
      ) : (
        <main className="md-door">
          <Outlet />
        </main>
      )}
      {doorFor(session) === null ? <Palette opened={palette} onClose={() => setPalette(false)} /> : null}
      <ShortcutsList opened={shortcuts} onClose={() => setShortcuts(false)} />
      <UnlockDialog />
    </div>
  );
}
