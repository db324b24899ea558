import type { SkipConfig, SkipSegment } from '../types.js';
import type { LegacyRecords } from '../../data/legacy/records.js';

/**
 * The form that sibling sites store: the seconds of the opening, and of the ending; a negative ending counts back from
 * the end.
 */
interface OldSkip {
  readonly enable?: boolean;
  readonly intro_time?: number;
  readonly outro_time?: number;
}

/**
 * One family of skip configs. Those in the siblings' older form are read as segments, and written as such at the next
 * change.
 */
export class LegacySkips {
  readonly #records: LegacyRecords<SkipConfig | OldSkip>;

  constructor(records: LegacyRecords<SkipConfig | OldSkip>) {
    this.#records = records;
  }

  async get(user: string, source: string, id: string): Promise<SkipConfig | null> {
    const found = await this.#records.get(user, `${source}+${id}`);
    return found === null ? null : segmentsOf(`${source}+${id}`, found);
  }

  set(user: string, source: string, id: string, config: SkipConfig): Promise<void> {
    return this.#records.set(user, `${source}+${id}`, config);
  }

  delete(user: string, source: string, id: string): Promise<void> {
    return this.#records.delete(user, `${source}+${id}`);
  }

  async all(user: string): Promise<Record<string, SkipConfig>> {
    const found = Object.entries(await this.#records.all(user));
    return Object.fromEntries(found.map(([key, value]) => [key, segmentsOf(key, value)]));
  }
}

function segmentsOf(key: string, value: SkipConfig | OldSkip): SkipConfig {
  if ('segments' in value) return value;
  const { enable = true, intro_time: intro = 0, outro_time: outro = 0 } = value;
  const segments: SkipSegment[] = [];
  if (intro > 0) segments.push({ start: 0, end: intro, type: 'opening', autoSkip: enable });
  if (outro !== 0)
    segments.push({
      start: 0,
      end: 0,
      type: 'ending',
      autoSkip: enable,
      mode: 'remaining',
      remainingTime: Math.abs(outro),
    });
  const at = key.indexOf('+');
  return { source: key.slice(0, at), id: key.slice(at + 1), title: '', segments, updated_time: 0 };
}
