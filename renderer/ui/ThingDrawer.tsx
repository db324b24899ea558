import { Skeleton } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { asBridgeError } from '../bridge';
import { DetailDrawer, type DetailDrawerProps } from './DetailDrawer';
import { ErrorNotice } from './ErrorNotice';
import { StateBlock } from './StateBlock';

/** The state of a drawer: the loaded object, or why it is missing. */
export interface Shown<Thing> {
  /** Undefined while loading, after an error, and if it does not exist. */
  readonly thing: Thing | undefined;
  readonly gone: boolean;
  readonly error: unknown;
  readonly retry: () => void;
}

/** Converts a query's result. An object that no longer exists is not treated as an error. */
export function shownOf<Thing>({ data, error, refetch }: UseQueryResult<Thing>): Shown<Thing> {
  const gone = error !== null && asBridgeError(error).code === 'not_found';
  return { thing: gone ? undefined : data, gone, error: gone ? null : error, retry: () => void refetch() };
}

export interface ThingDrawerProps extends DetailDrawerProps {
  readonly shown: Shown<unknown>;
  /** The text for an object that does not exist (any more). */
  readonly missing: { readonly title: string; readonly hint: string };
}

/** The drawer of one object: its sections, skeletons while loading, or the reason why it is missing. */
export function ThingDrawer({ shown, missing, children, ...drawer }: ThingDrawerProps): ReactElement {
  const { thing, gone, error, retry } = shown;
  return (
    <DetailDrawer {...drawer}>
      {gone ? (
        <StateBlock kind="empty" title={missing.title}>
          {missing.hint}
        </StateBlock>
      ) : null}
      {error === null ? null : <ErrorNotice error={error} onRetry={retry} />}
      {thing === undefined && error === null && !gone ? (
        <div className="md-stack" aria-busy>
          {[64, 120, 96, 140].map((height) => (
            <Skeleton key={height} height={height} />
          ))}
        </div>
      ) : null}
      {children}
    </DetailDrawer>
  );
}
