import { useTranslation } from 'react-i18next';
import type { Job } from '../contract';
import { isAlive, jobsQuery, useJobCommand, useShowFile } from '../state/jobs';
import { useLock } from '../state/lock';
import { setPreference, usePreferences } from '../state/preferences';
import { queryClient, useSession } from '../state/session';
import { type Action, useActions } from '../ui/actions';
import { useSwitchLanguage } from '../ui/LanguageButton';
import { askToUnlock } from '../ui/lock/LockedNotice';
import { useSwitchTheme } from '../ui/ThemeButton';
import { useSignOut } from './OperatorMenu';

interface Panels {
  onShortcuts(): void;
  /** Shows or folds the jobs. */
  onToggleJobs(): void;
  onShowJobs(): void;
}

/** The jobs as their line at the bottom last read them, newest first. They change too often to draw the window for. */
const jobsNow = (): readonly Job[] => queryClient.getQueryData(jobsQuery.queryKey) ?? [];

/** Shows the newest exported file. */
function exported(show: (id: string, how: 'folder') => void): Action | undefined {
  const job = jobsNow().find(({ file, state }) => file !== null && state === 'done');
  return job && { run: () => show(job.id, 'folder'), on: job.label };
}

/** Offers what the window itself does to the palette. What is not possible now is not offered. */
export function useWindowActions({ onShortcuts, onToggleJobs, onShowJobs }: Panels): void {
  const { t } = useTranslation('shell');
  const session = useSession();
  const { lock } = useLock();
  const signOut = useSignOut();
  const theme = useSwitchTheme();
  const language = useSwitchLanguage();
  const { density, railFolded } = usePreferences();
  const command = useJobCommand();
  const show = useShowFile();

  /** Acts on the one job for which it is possible; several are shown, to choose from. */
  const ofJob = (able: (job: Job) => boolean, run: (id: string) => void): Action | undefined => {
    const [first, ...others] = jobsNow().filter(able);
    if (first === undefined) return undefined;
    if (others.length > 0) return { run: onShowJobs, on: t('chooseJob') };
    return { run: () => run(first.id), on: first.label };
  };
  useActions(() => ({
    ...(session.locked ? { 'session.unlock': { run: askToUnlock } } : { 'session.lock': { run: lock } }),
    'session.signOut': { run: signOut },
    'jobs.list': { run: onToggleJobs },
    'jobs.pause': ofJob(
      (job) => job.canPause && job.state === 'running',
      (id) => command('jobs.pause', id),
    ),
    'jobs.resume': ofJob(
      (job) => job.state === 'paused' || (job.canResume && !isAlive(job)),
      (id) => command('jobs.resume', id),
    ),
    'jobs.cancel': ofJob(isAlive, (id) => command('jobs.cancel', id)),
    'jobs.showFile': exported(show),
    language: { run: language },
    theme: { run: theme },
    density: { run: () => setPreference('density', density === 'dense' ? 'roomy' : 'dense') },
    rail: { run: () => setPreference('railFolded', !railFolded) },
    shortcuts: { run: onShortcuts },
  }));
}
