import type { SessionState } from '../../contract';
import { LockedNotice } from '../../ui/lock/LockedNotice';
import { LockPill } from '../../ui/lock/LockPill';
import { UnlockDialog } from '../../ui/lock/UnlockDialog';
import { UnlockForm } from '../../ui/lock/UnlockForm';
import { useSession } from '../../state/session';
import { both, inDays, long, nothing, type Example, type Section } from '../example';

const Pill = () => <LockPill session={useSession()} />;
const pill = (session: Partial<SessionState>): Example => ({ session, show: () => <Pill /> });

/** The lock of a connection. */
export const locks = (): Section => ({
  title: 'lock',
  examples: {
    locked: pill({ locked: true }),
    unlocked: pill({ locked: false }),
    'unlocked for a while': pill({ locked: false, unlockedUntil: inDays(0.02) }),
    notice: () => <LockedNotice>{both('连接已锁定，不能更改。', 'The connection is locked.')}</LockedNotice>,
    'notice, long': () => (
      <div className="gallery-narrow">
        <LockedNotice alert>{long()}</LockedNotice>
      </div>
    ),
    form: () => (
      <div className="gallery-narrow">
        <UnlockForm name="星月影院" onDone={nothing} />
      </div>
    ),
    'form, long name': () => (
      <div className="gallery-narrow">
        <UnlockForm name={long()} onDone={nothing} />
      </div>
    ),
    dialog: {
      frame: 420,
      show: () => (
        <>
          <UnlockDialog />
          <LockedNotice>{both('按“解锁”打开对话框。', 'Press “Unlock” to open the dialog.')}</LockedNotice>
        </>
      ),
    },
  },
});
