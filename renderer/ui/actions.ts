import { useEffect, useRef } from 'react';
import type { OperationName } from '../contract';

/** One entry of the command palette. A page describes its own in `commands.ts`, where the palette finds them. */
export interface Command {
  /** The operation that it starts, or a name of its own for what is no operation. */
  readonly id: string;
  /** Further operations that are part of it, for example the steps of an import. */
  readonly also?: readonly OperationName[];
  /** The key of its name: `users:ban.title`. */
  readonly name: string;
  /** Further words by which it is found, in both languages. */
  readonly words?: string;
  readonly keys?: string;
  /** The page where it is done. Without one, it is shown only while something on the screen offers it. */
  readonly at?: Place;
  /** The key of the hint that says what has to be chosen on that page first. */
  readonly choose?: string;
}

/** A page of the palette that is not in the rail: a tab, or a section. */
export interface Tab {
  readonly id: string;
  /** The keys of its names, from the page to the tab. */
  readonly names: readonly string[];
  readonly words?: string;
  readonly at: Place;
}

export interface Place {
  readonly to: string;
  readonly search?: Readonly<Record<string, unknown>>;
}

/** What something on the screen can start now. */
export interface Action {
  run(): void;
  /** What it acts on: a name, or how many are chosen. */
  readonly on?: string;
}

/** Actions by the id of their command; undefined: not possible now. */
export type Actions = Readonly<Record<string, Action | undefined>>;

interface Offer {
  readonly current: () => Actions;
}

/** The newest is last: a drawer comes before its list. */
const offers: Offer[] = [];
let awaited: { readonly id: string; readonly until: number } | null = null;
/** A page that has not offered the action by then has shown why it cannot. */
const patienceMilliseconds = 10_000;

/** All that the screen offers now. */
export function offeredActions(): Readonly<Record<string, Action>> {
  const possible = offers.flatMap(({ current }) => Object.entries(current()));
  return Object.fromEntries(possible.filter((one): one is [string, Action] => one[1] !== undefined));
}

/** Starts a command as soon as the page that is being opened offers it. */
export function awaitAction(id: string): void {
  awaited = { id, until: Date.now() + patienceMilliseconds };
}

/** Offers actions to the palette for as long as the component exists. The function is asked when the palette opens. */
export function useActions(actions: () => Actions): void {
  const latest = useRef(actions);
  useEffect(() => {
    latest.current = actions;
    if (awaited === null) return;
    const action = actions()[awaited.id];
    if (action === undefined) return;
    const late = Date.now() > awaited.until;
    awaited = null;
    if (!late) action.run();
  });
  useEffect(() => {
    const offer: Offer = { current: () => latest.current() };
    offers.push(offer);
    return () => void offers.splice(offers.indexOf(offer), 1);
  }, []);
}
