import type { ErrorCode } from '../../contract';
import { ConfirmBar } from '../../ui/change/ConfirmBar';
import { Notices } from '../../ui/change/Notices';
import { PreviewPane } from '../../ui/change/PreviewPane';
import { ProofPlaces, ProofView } from '../../ui/change/ProofPane';
import { RowDetail } from '../../ui/change/RowDetail';
import { SqlBlock } from '../../ui/change/SqlBlock';
import { Steps } from '../../ui/change/Steps';
import type { PreviewState } from '../../ui/change/usePreview';
import '../../ui/change/change.css';
import { failure, pendingProof, preview, proof, undoProof } from '../answers';
import { both, inDays, long, nothing, type Section } from '../example';

const words = (count: number): string => both(`封禁 ${count} 个用户。`, `Ban ${count} users.`);

const pane =
  (state: Partial<PreviewState>, more: Partial<Parameters<typeof PreviewPane>[0]> = {}) =>
  () => (
    <div className="gallery-wide">
      <PreviewPane
        state={{ preview: preview(), current: true, error: null, again: nothing, ...state }}
        complete
        sentence={words}
        takenOut={[]}
        onTakenOutChange={nothing}
        duplicates={0}
        things="names"
        notices={null}
        {...more}
      />
    </div>
  );

const bar = (more: Partial<Parameters<typeof ConfirmBar>[0]>) => () => (
  <div className="gallery-wide">
    <ConfirmBar
      count={3}
      label={words(more.count ?? 3)}
      ready
      destructive={false}
      grabFocus={false}
      typed=""
      onTyped={nothing}
      onCancel={nothing}
      {...more}
    />
  </div>
);

const notice = (code: ErrorCode) => () => <Notices failure={failure(code)} />;

/** The parts of a change: its preview, its confirmation, its proof. */
export const change = (): Section => ({
  title: 'change',
  examples: {
    'step 1': () => <Steps at="preview" />,
    'step 2': () => <Steps at="doing" />,
    'step 3': () => <Steps at="proof" />,
    preview: pane({}),
    'preview, loading': pane({ preview: null, current: false }),
    'preview, incomplete': pane({ preview: null, current: false }, { complete: false }),
    'preview, failed': pane({ preview: null, error: failure('timeout') }),
    'preview, outdated': pane({ current: false }, { takenOut: ['anna'] }),
    'preview of nothing': pane({ preview: preview({ changed: 0, matching: 0, rows: [], skipped: [], effects: {} }) }),
    'preview of a list with problems': pane(
      {
        preview: preview({
          skipped: [{ why: 'unknown', count: 24, sample: ['nobody', long().slice(-60)] }],
          otherNames: { count: 2, sample: [{ typed: 'Ａnna', stored: 'anna' }] },
        }),
      },
      { duplicates: 3 },
    ),
    'preview of keys': pane(
      { preview: preview({ skipped: [{ why: 'unknown', count: 2, sample: ['MOON-****-****-3F9A'] }] }) },
      { things: 'keys', onTakenOutChange: undefined },
    ),
    'details of a row': () => (
      <RowDetail
        detail={{ of: 'membership', before: inDays(-3), after: inDays(27), ownEnd: inDays(12), role: 'admin' }}
      />
    ),
    'statements hidden': () => <SqlBlock sql={preview().sql} />,
    'confirm few': bar({}),
    'confirm, not ready': bar({ ready: false }),
    'confirm many': bar({ count: 1_284 }),
    'confirm many, wrong number': bar({ count: 1_284, typed: '1248' }),
    'confirm what destroys': bar({ destructive: true, typed: '3' }),
    'confirm, long': bar({ count: 1_284, label: long() }),
    outdated: notice('stale_preview'),
    'read-only': notice('read_only'),
    refused: notice('conflict'),
    uncertain: notice('timeout'),
    places: () => <ProofPlaces places={pendingProof().places} />,
    proof: () => <ProofView audits={['4711']} first={proof('4711')} onUndo={nothing} />,
    'proof of an undo': () => <ProofView audits={['4713']} first={undoProof()} onUndo={nothing} />,
    'proof of two parts, pending': () => (
      <ProofView audits={['4711', '4712']} first={proof('4711', { undo: 'undone' })} onUndo={nothing} />
    ),
  },
});
