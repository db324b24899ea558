import { type ReactElement, useState } from 'react';
import { ChangeFrame } from '../../ui/change/ChangeFrame';
import { Proven } from '../../ui/change/ChangeFlow';
import { ChangeForm } from '../../ui/change/ChangeForm';
import { UndoDialog } from '../../ui/change/ChangeDialog';
import { ConfirmForm } from '../../ui/change/ConfirmForm';
import { NoteField } from '../../ui/change/NoteField';
import { readPasted } from '../../ui/change/pasted';
import { PasteForm } from '../../ui/change/PasteForm';
import { PlannedDialog } from '../../ui/change/PlannedDialog';
import { JobPane } from '../../ui/change/ProgressPane';
import type { Planned } from '../../ui/change/usePlanned';
import { failure, proof } from '../answers';
import { both, long, nothing, type Example, type Section } from '../example';

const framed = (show: () => ReactElement, title = () => both('封禁用户', 'Ban users'), frame = 420): Example => ({
  frame,
  show: () => (
    <ChangeFrame title={title()} busy={false} onClose={nothing}>
      {show()}
    </ChangeFrame>
  ),
});

const planned = (more: Partial<Planned<string, string>>): Example => ({
  frame: 320,
  show: () => (
    <PlannedDialog<string, string>
      planned={{
        plan: both('把 1,284 个条目移到一张表中。', 'Move 1,284 entries into a table.'),
        planError: null,
        planning: false,
        replan: nothing,
        apply: nothing,
        busy: false,
        stop: nothing,
        failure: null,
        done: null,
        ...more,
      }}
      texts={{
        title: both('移动条目', 'Move the entries'),
        doing: both('正在移动…', 'Moving…'),
        confirm: both('移动 1,284 个条目', 'Move 1,284 entries'),
      }}
      ready={() => true}
      showPlan={(plan) => <p className="md-change-sentence">{plan}</p>}
      showDone={(done) => <p className="md-change-sentence">{done}</p>}
      operation="config.move"
      onClose={nothing}
    />
  ),
});

const follow = (id: string): Example =>
  framed(() => <JobPane jobId={id} total={12_840} onEnded={nothing} onClose={nothing} />);

const pasted = (start: string): Example => ({ frame: 520, show: () => <Pasted start={start} /> });

/** The dialogs of changes, each in a window of its own. */
export const dialogs = (): Section => ({
  title: 'dialogs',
  examples: {
    change: {
      frame: 640,
      show: () => (
        <ChangeForm
          operation="users.ban"
          input={{ who: { names: ['anna'] }, reason: 'sharing' }}
          words={{ reason: both('共享账号', 'sharing'), until: both('不自动解封', 'for good') }}
          onClose={nothing}
        >
          <NoteField label={both('备注', 'Note')} value="" most={200} onChange={nothing} />
        </ChangeForm>
      ),
    },
    'change that destroys, failed preview': {
      frame: 420,
      show: () => (
        <ChangeForm operation="users.delete" input={{ who: { names: ['anna'] } }} destructive onClose={nothing}>
          <p className="md-change-dim">{long()}</p>
        </ChangeForm>
      ),
    },
    undo: { frame: 640, show: () => <UndoDialog auditId="4711" onClose={nothing} /> },
    'long title': framed(
      () => (
        <div className="md-change-scroll">
          <p className="md-change-sentence">{long()}</p>
        </div>
      ),
      long,
      240,
    ),
    'change running': framed(() => (
      <ConfirmForm
        fingerprint="0123456789abcdef"
        count={3}
        label={both('封禁', 'Ban')}
        running={{ doing: 3, failure: null, stop: nothing }}
        onConfirm={() => Promise.resolve(null)}
        onCancel={nothing}
      >
        <p className="md-change-sentence">{both('封禁 3 个用户。', 'Ban 3 users.')}</p>
      </ConfirmForm>
    )),
    'job running': follow('running'),
    'job paused': follow('paused'),
    'job failed': follow('failed'),
    'job out of sight': follow('nowhere'),
    proven: framed(() => (
      <Proven
        outcome={{
          step: 'proof',
          changed: 1_284,
          skipped: [{ why: 'owner', count: 1, sample: ['moon_owner'] }],
          audits: ['4711'],
          proof: proof('4711'),
          job: { id: 'done', skipped: 4 },
        }}
        onUndo={nothing}
        onClose={nothing}
      />
    )),
    paste: pasted(`anna, lin; anna\n${'long_name_'.repeat(16)}`),
    'paste nothing': pasted(''),
    planned: planned({}),
    'planning it': planned({ plan: null, planning: true }),
    'plan failed': planned({ plan: null, planError: failure('unavailable') }),
    'plan running': planned({ busy: true }),
    'plan refused': planned({ failure: failure('read_only') }),
    'plan done': planned({ done: both('已移动 1,284 个条目。', '1,284 entries were moved.') }),
  },
});

function Pasted({ start }: { readonly start: string }): ReactElement {
  const [text, setText] = useState(start);
  return (
    <PasteForm
      page="users"
      texts="pasteDialog"
      text={text}
      onText={setText}
      read={read}
      most={100_000}
      kinds={[
        { kind: 'ban', label: both('封禁…', 'Ban…') },
        { kind: 'unban', label: both('解封…', 'Lift the ban…') },
      ]}
      onNext={nothing}
      onClose={nothing}
    />
  );
}

const read = (text: string) => readPasted(text, 50);
