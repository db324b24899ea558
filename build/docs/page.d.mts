export function storagePage(): string;
export function undocumented(): string[];
