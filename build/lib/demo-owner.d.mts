export declare const demoOwner: { readonly username: string; readonly password: string };
