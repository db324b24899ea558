/** The three channels between the window and the main process: calls and their cancellation go in, events come out. */
export const channels = { call: 'moondesk:call', cancel: 'moondesk:cancel', event: 'moondesk:event' } as const;

/** The most characters of JSON in one call: 100,000 names of 50 characters fit. */
export const largestCall = 8_000_000;
