/** A site on which anything may happen to card keys, and the rules that must always hold. */
import fc from 'fast-check';
import type { Output } from '../../../electron/contract/index.js';
import { cardMethods } from '../../../electron/storage/hybrid/cards.js';
import { userMethods } from '../../../electron/storage/hybrid/users.js';
import { openSiteClient } from '../../storage/hybrid/site-client.js';
import { brokenRules } from '../../storage/hybrid/invariants.js';
import { addStock, doCards, undo } from '../fixtures/cards.js';
import type { TestSite } from '../helpers.js';

export const names = Array.from({ length: 150 }, (_, at) => `p${String(at)}`);

interface CardNow {
  readonly id: string;
  readonly key_hash: string;
  readonly plain_key: string;
  readonly status: string;
  readonly expires_at: string;
  readonly bound_to: string | null;
}

export const step = fc.record({
  what: fc.constantFrom(
    ...([
      'bind',
      'bind',
      'bind',
      'renew',
      'unbind',
      'unbindOut',
      'revoke',
      'revokeToo',
      'reissue',
      'undo',
      'undo',
    ] as const),
    ...(['site', 'age', 'sweep', 'both'] as const),
  ),
  /** The first card and user to use, and how many. */
  from: fc.nat(10_000),
  many: fc.integer({ min: 100, max: 400 }),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** One site on which the steps run. It counts what they have changed. */
export class CardModel {
  readonly desk: TestSite;
  readonly #audits: string[] = [];
  #changed = 0;

  constructor(desk: TestSite) {
    this.desk = desk;
  }

  get changed(): number {
    return this.#changed;
  }

  cards(where = '1 = 1'): Promise<CardNow[]> {
    return this.desk.site.db.rows<CardNow>(
      `SELECT id, key_hash, plain_key, status, expires_at, bound_to FROM card_keys WHERE ${where} ORDER BY key_hash`,
    );
  }

  async do(one: Step): Promise<void> {
    const { what, from, many } = one;
    const { desk } = this;
    if (what === 'both') {
      await Promise.all([this.do({ ...one, what: 'bind' }), this.do({ ...one, what: 'revokeToo', from: from + 7 })]);
      return;
    }
    if (what === 'undo') return this.#undo(from);
    if (what === 'site') return this.#asTheSite(from);
    if (what === 'age') {
      await this.#age(from);
      return;
    }
    if (what === 'sweep') return this.#count(() => doCards(desk, 'sweep', {}));
    if (what === 'bind') {
      const cards = await this.#some("status = 'unused'", from, many);
      if (cards.length < many) await addStock(desk, 600, { type: 'week', age: from % 3 });
      const pairs = cards.map(({ id }, at) => ({
        card: { id },
        username: names[(from + at * at) % names.length] ?? '',
      }));
      if (pairs.length > 0) await this.#count(() => doCards(desk, 'bind', { pairs }));
      return;
    }
    if (what === 'renew') {
      const who = { names: names.filter((_, at) => (at + from) % 2 === 0) };
      return this.#count(() => doCards(desk, 'renew', { who, type: 'week' }));
    }
    const ids = (await this.#some(what === 'reissue' ? "status <> 'used'" : '1 = 1', from, many)).map(({ id }) => id);
    if (ids.length === 0) return;
    const who = { ids };
    if (what === 'reissue')
      return this.#count(() => doCards(desk, 'reissue', { who: { ids: ids.slice(0, 100) }, expiry: { kind: 'type' } }));
    if (what === 'unbind' || what === 'unbindOut')
      return this.#count(() => doCards(desk, 'unbind', { who, afterwards: what === 'unbind' ? 'stock' : 'revoke' }));
    return this.#count(() => doCards(desk, 'revoke', { who, boundToo: what === 'revokeToo' }));
  }

  async #some(where: string, from: number, many: number): Promise<CardNow[]> {
    const cards = await this.cards(where);
    const at = cards.length === 0 ? 0 : from % cards.length;
    return [...cards.slice(at), ...cards.slice(0, at)].slice(0, many);
  }

  async #count(work: () => Promise<{ readonly answer: Output<'cards.bind'> }>): Promise<void> {
    try {
      const { answer } = await work();
      if (!answer.done) throw new Error('became a job');
      this.#changed += answer.changed;
      if (answer.changed > 0) this.#audits.push(answer.proof.auditId);
    } catch (error) {
      // Two changes ran at once, and one of them is refused.
      only(error, 'stale_preview', 'conflict');
    }
  }

  async #undo(from: number): Promise<void> {
    const id = this.#audits[this.#audits.length - 1 - (from % 3)];
    if (id === undefined) return;
    try {
      const answer = await undo(this.desk, id);
      if (answer.done) this.#changed += answer.changed;
    } catch (error) {
      only(error, 'conflict');
    }
  }

  /** The site's own storage binds cards. */
  async #asTheSite(from: number): Promise<void> {
    const storage = cardMethods(this.desk.site, this.desk.site.cache);
    for (const { plain_key: key } of await this.#some('1 = 1', from, 8)) {
      const bound = await storage.bindCardKey(names[from % names.length] ?? '', key).then(
        () => 1,
        (error: unknown) => {
          only(error, 'conflict');
          return 0;
        },
      );
      this.#changed += bound;
    }
  }

  /** Makes a few unused cards older. */
  async #age(from: number): Promise<void> {
    const storage = cardMethods(this.desk.site, this.desk.site.cache);
    const unused = await this.#some("status = 'unused' AND expires_at > UTC_TIMESTAMP()", from, 4);
    for (const { key_hash: hash } of unused) await storage.updateCardKey(hash, { expiresAt: Date.now() - 3_600_000 });
  }

  /** Deletes expired cards with their marks and records. The tables stay small, so that the time goes into changes. */
  async forgetExpired(): Promise<void> {
    const { db } = this.desk.site;
    await db.run("DELETE m FROM console_card_marks m JOIN card_keys c ON c.id = m.card_id WHERE c.status = 'expired'");
    await db.run("DELETE FROM user_card_keys WHERE status = 'expired'");
    await db.run("DELETE FROM card_keys WHERE status = 'expired'");
  }

  /** The rules that do not hold now: in the tables, in the config, and in what the site's processes read. */
  async broken(): Promise<string[]> {
    const { site } = this.desk;
    const users = userMethods(site, site.cache);
    const storage = cardMethods(site, site.cache);
    const cards = (await this.cards()).filter((_, at) => at % 9 === this.#changed % 9);
    const stale = await Promise.all(
      cards.map(async ({ key_hash: hash, bound_to, expires_at, status }) => {
        const read = await storage.getCardKey(hash);
        const now =
          status === 'unused' && Date.parse(`${expires_at.replace(' ', 'T')}Z`) <= Date.now() ? 'expired' : status;
        return read?.boundTo === (bound_to ?? undefined) && read?.status === now ? [] : ['12 a card is read as it is'];
      }),
    );
    const members = await Promise.all(
      names.map(async (name) => {
        const [info, fresh] = [await users.getUserInfoV2(name), await storage.getUserCardKeyInfo(name)];
        const same = JSON.stringify(info?.cardKey ?? null) === JSON.stringify(fresh);
        return same ? [] : ['12 a membership is read as it is'];
      }),
    );
    const [marks] = await site.db.rows<{ wrong: string }>(
      `SELECT COUNT(*) AS wrong FROM console_card_marks m LEFT JOIN card_keys c ON c.id = m.card_id
       WHERE c.id IS NULL OR c.key_hash <> m.key_hash OR (m.revoked_at IS NOT NULL AND c.status <> 'expired')`,
    );
    return [
      ...new Set([
        ...(await brokenRules(openSiteClient(site))),
        ...stale.flat(),
        ...members.flat(),
        ...(Number(marks?.wrong) === 0 ? [] : ['a revoked card is expired']),
      ]),
    ];
  }
}

/** Ignores refusals with these codes. */
function only(error: unknown, ...codes: readonly string[]): void {
  if (!codes.includes((error as { readonly code?: string }).code ?? '')) throw error;
}
