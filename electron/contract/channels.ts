/** The three ways between the window and the main process. A call and its cancelling go in, events come out. */
export const channels = { call: 'moondesk:call', cancel: 'moondesk:cancel', event: 'moondesk:event' } as const;

/** Characters of JSON that one call may have: 100,000 names of 50 characters fit. */
export const largestCall = 8_000_000;
