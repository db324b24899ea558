/** The folder with the unpacked packages. */
export const mysqlRoot: string;
export function hasMysql(): boolean;
export function installMysql(): Promise<string | void>;
/** How the unpacked server is called: its own loader, its own libraries. */
export function mysqldCommand(folder?: string): string[];
