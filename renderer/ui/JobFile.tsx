import { ActionIcon } from '@mantine/core';
import { IconCopy, IconExternalLink, IconFolder } from '@tabler/icons-react';
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
  const copy = () => {
    if (copyText(file)) toast(t('pathCopied'));
  };
  const button = (name: string, Icon: typeof IconCopy, run: () => void) => (
    <ActionIcon size={24} variant="subtle" color="gray" aria-label={name} title={name} onClick={run}>
      <Icon size={15} aria-hidden />
    </ActionIcon>
  );
  return (
    <>
      {button(t('openFile'), IconExternalLink, () => show(job.id, 'open'))}
      {button(t('openFolder'), IconFolder, () => show(job.id, 'folder'))}
      {button(t('copyPath'), IconCopy, copy)}
    </>
  );
}
