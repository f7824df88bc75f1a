import type { CATEGORIES } from '#domain/entry.ts';

type Category = (typeof CATEGORIES)[number];

export const en = {
  groceries: 'Groceries',
  dining: 'Eating out',
  household: 'Household',
  rent: 'Rent',
  utilities: 'Utilities',
  transport: 'Transport',
  travel: 'Travel',
  lodging: 'Lodging',
  entertainment: 'Entertainment',
  health: 'Health',
  clothing: 'Clothing',
  gifts: 'Gifts',
  education: 'Education',
  children: 'Children',
  pets: 'Pets',
  insurance: 'Insurance',
  taxes: 'Taxes',
  salary: 'Salary',
  interest: 'Interest',
  general: 'General',
} satisfies Record<Category, string>;

export const zhCN = {
  groceries: '买菜',
  dining: '吃饭',
  household: '家居日用',
  rent: '房租',
  utilities: '水电燃气',
  transport: '交通',
  travel: '旅行',
  lodging: '住宿',
  entertainment: '娱乐',
  health: '医疗健康',
  clothing: '衣物',
  gifts: '礼物',
  education: '教育',
  children: '孩子',
  pets: '宠物',
  insurance: '保险',
  taxes: '税费',
  salary: '工资',
  interest: '利息',
  general: '其他',
} satisfies Record<Category, string>;
