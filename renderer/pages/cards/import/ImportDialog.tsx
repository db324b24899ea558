import { type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ChangeFrame } from '../../../ui/change';
import { ExportBatch } from '../issue/ExportBatch';
import { FillPane } from '../issue/FillPane';
import { useFilling } from '../issue/useFilling';
import { freshImport } from './draft';
import { FileStep } from './FileStep';
import { ReportStep } from './ReportStep';
import { useOpenImport } from './useOpenImport';
import '../issue/issue.css';

export interface ImportDialogProps {
  readonly opened: boolean;
  readonly onClose: () => void;
}

/** Imports keys from a file: choose it, read the report, confirm, and see the new batch. */
export function ImportDialog({ opened, onClose }: ImportDialogProps): ReactElement | null {
  return opened ? <ImportFlow onClose={onClose} /> : null;
}

function ImportFlow({ onClose }: Pick<ImportDialogProps, 'onClose'>): ReactElement {
  const { t } = useTranslation('imports');
  const [draft, setDraft] = useState(freshImport);
  const [choosing, setChoosing] = useState(false);
  const [exporting, setExporting] = useState(false);
  const { open, setOpen } = useOpenImport();
  const { confirmed, issued } = useFilling('cards.import');
  const close = () => {
    // A confirmed import must not be offered for confirmation again.
    if (issued !== null) setOpen(null);
    onClose();
  };

  if (exporting && issued !== null) return <ExportBatch issued={issued} onClose={close} />;
  return (
    <ChangeFrame title={t('title')} busy={choosing || confirmed.doing !== null} onClose={close}>
      {issued !== null ? (
        <FillPane kind="import" issued={issued} onExport={() => setExporting(true)} onClose={close} />
      ) : open === null ? (
        <FileStep
          draft={draft}
          onDraft={(patch) => setDraft((before) => ({ ...before, ...patch }))}
          onBusy={setChoosing}
          onOpen={setOpen}
          onClose={close}
        />
      ) : (
        <ReportStep
          key={open.importId}
          open={open}
          confirmed={confirmed}
          onOther={() => setOpen(null)}
          onOpen={setOpen}
          onClose={close}
        />
      )}
    </ChangeFrame>
  );
}
