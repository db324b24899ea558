/** The version of package.json, put in by the build. */
declare const __MOONDESK_VERSION__: string;
