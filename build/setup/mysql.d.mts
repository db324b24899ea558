/** The folder with the unpacked packages. */
export const mysqlRoot: string;
export function hasMysql(): boolean;
export function installMysql(): Promise<string | void>;
/** The command of the unpacked server: its own loader, its own libraries. */
export function mysqldCommand(folder?: string): string[];
