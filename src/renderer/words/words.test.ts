import { IntlMessageFormat } from 'intl-messageformat';
import { describe, expect, it } from 'vitest';
import { words } from './index.ts';

type Element = ReturnType<IntlMessageFormat['getAst']>[number];

/** The placeholders of a message, those inside plural branches too. */
function placeholders(elements: readonly Element[]): string[] {
  return elements.flatMap((element) => {
    const inner = 'options' in element ? Object.values(element.options).flatMap((option) => placeholders(option.value)) : [];
    // 0 is plain text, 7 the `#` of a plural.
    return element.type === 0 || element.type === 7 ? inner : [element.value, ...inner];
  });
}
const namesIn = (text: string, language: string): string => [...new Set(placeholders(new IntlMessageFormat(text, language).getAst()))].toSorted().join(' ');

describe.each(Object.entries(words))('the words of %s', (_, { en, zhCN }) => {
  const english: Record<string, string> = en;
  const chinese: Record<string, string> = zhCN;

  it('parse, and both languages speak of the same things', () => {
    for (const key of Object.keys(english)) expect(`${key}: ${namesIn(chinese[key] ?? '', 'zh-CN')}`).toBe(`${key}: ${namesIn(english[key] ?? '', 'en')}`);
  });

  it('are never empty', () => {
    for (const [key, text] of [...Object.entries(english), ...Object.entries(chinese)]) expect(`${key} ${text}`).not.toBe(`${key} `);
  });

  it('use Chinese punctuation beside Chinese characters', () => {
    // A comma, colon, bracket or full stop of ASCII next to a Chinese character is a slip of the keyboard.
    const slips = Object.entries(chinese).filter(([, text]) => /\p{Script=Han}[,:;!?()]|[,:;!?()]\p{Script=Han}/u.test(text.replaceAll(/\{\w+, (plural|select),|(=\d+|one|other) \{/g, '')));
    expect(slips).toEqual([]);
  });
});
