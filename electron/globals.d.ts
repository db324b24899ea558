/** The version of package.json, inserted by the build. */
// oxlint-disable-next-line no-underscore-dangle -- a constant that the bundler replaces, marked as such by its name
declare const __MOONDESK_VERSION__: string;
