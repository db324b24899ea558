/** The folder with the unpacked packages. */
export const opensshRoot: string;
export function hasOpenssh(): boolean;
export function installOpenssh(): Promise<string | void>;
/** What the unpacked server runs in: its library is beside it. */
export function sshdEnvironment(folder?: string): NodeJS.ProcessEnv;
