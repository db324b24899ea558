import { Skeleton } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { asBridgeError } from '../bridge';
import { DetailDrawer, type DetailDrawerProps } from './DetailDrawer';
import { ErrorNotice } from './ErrorNotice';
import { StateBlock } from './StateBlock';

/** What a drawer shows: the thing once it is there, or why it is not. */
export interface Shown<Thing> {
  /** Absent while it is on the way, where it cannot be read, and where there is none. */
  readonly thing: Thing | undefined;
  readonly gone: boolean;
  readonly error: unknown;
  readonly retry: () => void;
}

/** One thing as its query has it. A thing that is gone is no failure. */
export function shownOf<Thing>({ data, error, refetch }: UseQueryResult<Thing>): Shown<Thing> {
  const gone = error !== null && asBridgeError(error).code === 'not_found';
  return { thing: gone ? undefined : data, gone, error: gone ? null : error, retry: () => void refetch() };
}

export interface ThingDrawerProps extends DetailDrawerProps {
  readonly shown: Shown<unknown>;
  /** What is said where there is no such thing (any more). */
  readonly missing: { readonly title: string; readonly hint: string };
}

/** The drawer of one thing: its parts, skeletons while they are on the way, or why there are none. */
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
