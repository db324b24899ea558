// @ts-check
/** The owner's account of the demo site. */
export const demoOwner = { username: 'moonowner', password: 'moondesk-demo' };
