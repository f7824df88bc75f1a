export const en = {
  title: 'Welcome to Tallystick',
  tagline: 'Shared money, kept by the people who share it.',
  promiseOwn: 'Your books live on your own devices. No account, no phone number.',
  promiseExact: 'Every cent is accounted for, and every balance can be explained.',
  promiseOffline: 'Works offline for weeks; what waits to be sent is always visible.',
  name: 'Your name',
  nameHint: 'As the people you share with know you.',
  language: 'Language',
  go: 'Continue',
} as const;

export const zhCN = {
  title: '欢迎使用 Tallystick',
  tagline: '一起花的钱，一起记清楚。',
  promiseOwn: '账本存在你自己的设备上，不用注册，也不要手机号。',
  promiseExact: '每一分钱都有着落，每一笔余额都说得清。',
  promiseOffline: '断网几个星期也照常使用，还没发出去的随时看得到。',
  name: '你的名字',
  nameHint: '和你一起记账的人认得的名字。',
  language: '语言',
  go: '继续',
} satisfies Record<keyof typeof en, string>;
