import { Button } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { Job } from '../contract';
import { useShowFile } from '../state/jobs';
import { toast } from '../state/toast';
import { copyText } from './copy';

/** What to do with the file of an export: open it, open its folder, copy its path. */
export function JobFile({ job }: { readonly job: Job }): ReactElement | null {
  const { t } = useTranslation('jobs');
  const show = useShowFile();
  const { file } = job;
  if (file === null || job.state !== 'done') return null;
  const button = { size: 'compact-xs', variant: 'subtle' } as const;
  return (
    <>
      <Button {...button} onClick={() => show(job.id, 'open')}>
        {t('openFile')}
      </Button>
      <Button {...button} onClick={() => show(job.id, 'folder')}>
        {t('openFolder')}
      </Button>
      <Button {...button} onClick={() => (copyText(file) ? toast(t('pathCopied')) : undefined)}>
        {t('copyPath')}
      </Button>
    </>
  );
}
