export const en = {} as const;

export const zhCN = {} satisfies Record<keyof typeof en, string>;
