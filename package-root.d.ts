/** The folder of the installed package: `views/` and `assets/` stand beside this file. */
export declare const packageRoot: string;
