import { describe, expect, it } from 'vitest';
import { checkFooter, parseSplitwise, splitwiseToDraft, toCategory, type SplitwiseFile, type SplitwiseRow } from './splitwise.ts';

const HEADER = 'Date,Description,Category,Cost,Currency,Ann,Ben,Chloé';
const read = (...lines: string[]): SplitwiseFile => {
  const result = parseSplitwise(lines.join('\n'));
  if (!result.ok) throw new Error(result.code);
  return result.value;
};
const readRow = (line: string, header = HEADER): SplitwiseRow => {
  const { rows, problems } = read(header, '', line);
  const [row] = rows;
  if (!row || rows.length > 1) throw new Error(JSON.stringify(problems));
  return row;
};
const problemsOf = (...lines: string[]) => read(HEADER, ...lines).problems.map(({ line, code }) => [line, code]);
/** Names stand for ids: a draft is easier to read so. */
const draftOf = (row: SplitwiseRow, same: Record<string, string> = {}) => {
  const draft = splitwiseToDraft(row, new Map(row.cells.map(({ name }) => [name, same[name] ?? name])));
  if (!draft.ok) throw new Error(draft.code);
  const { kind, amount, payers, split } = draft.value;
  return { kind, amount, payers: payers.map(({ person, amount: paid }) => [person, paid]), shares: split.parts.map(({ person, value }) => [person, value]) };
};

describe('a Splitwise export', () => {
  it('is read row by row', () => {
    expect(read(HEADER, '', '2025-03-01,"Dinner, late",Dining out,30.00,EUR,20.00,-10.00,-10.00').rows).toEqual([
      {
        key: expect.any(String), line: 3, date: '2025-03-01', description: 'Dinner, late', category: 'Dining out', currency: 'EUR', amount: 3_000, kind: 'expense',
        cells: [{ name: 'Ann', net: 2_000 }, { name: 'Ben', net: -1_000 }, { name: 'Chloé', net: -1_000 }],
      },
    ]);
  });

  it.each([
    ['English', 'Date,Description,Category,Cost,Currency', 'Total balance'],
    ['German', 'Datum,Beschreibung,Kategorie,Kosten,Währung', 'Gesamtbilanz'],
    ['French', 'Date,Description,Catégorie,Coût,Devise', 'Solde total'],
    ['Spanish', 'Fecha,Descripción,Categoría,Coste,Moneda', 'Saldo total'],
    ['Italian', 'Data,Descrizione,Categoria,Costo,Valuta', 'Bilancio totale'],
    ['Portuguese', 'Data,Descrição,Categoria,Custo,Moeda', 'Saldo total'],
    ['Dutch', 'Datum,Omschrijving,Categorie,Kosten,Valuta', 'Totaalsaldo'],
    ['Swedish', 'Datum,Beskrivning,Kategori,Kostnad,Valuta', 'Totalt saldo'],
    ['Polish', 'Data,Opis,Kategoria,Koszt,Waluta', 'Saldo całkowite'],
    ['Russian', 'Дата,Описание,Категория,Стоимость,Валюта', 'Общий баланс'],
    ['Turkish', 'Tarih,Açıklama,Kategori,Maliyet,Para birimi', 'Toplam bakiye'],
    ['Japanese', '日付,説明,カテゴリー,費用,通貨', '残高合計'],
    ['Chinese', '日期,描述,类别,费用,货币', '总余额'],
    ['Chinese, traditional', '日期,說明,類別,費用,貨幣', '總餘額'],
    ['Korean', '날짜,설명,카테고리,비용,통화', '총 잔액'],
    ['a language nobody told us of', 'Tarehe,Maelezo,Aina,Gharama,Sarafu', 'Salio lote'],
  ])('is known by its shape in %s, rows or not', (_, header, footer) => {
    const file = read(`${header},Ann,Ben`, '', '2025-03-01,x,y,10.00,EUR,5.00,-5.00', '', `2025-03-02,${footer}, , ,EUR,5.00,-5.00`);
    expect(file).toMatchObject({ people: ['Ann', 'Ben'], problems: [], rows: [{ amount: 1_000 }], footers: [{ currency: 'EUR' }] });
    const empty = parseSplitwise(`${header},Ann,Ben\n`);
    expect(empty).toMatchObject(_.startsWith('a language') ? { ok: false, code: 'file_format_unknown' } : { ok: true, value: { rows: [], problems: [] } });
  });

  it('may have a note before it, a byte order mark, any line ends, blank lines, tabs or semicolons and decimal commas', () => {
    const row = '2025-03-01,Dinner,Dining out,30.00,EUR,20.00,-10.00,-10.00';
    const note = 'Note: does not include group expenses';
    expect(read(`\ufeff${note}`, '', HEADER, '', row).rows).toHaveLength(1);
    for (const end of ['\r\n', '\r', '\n']) {
      const result = parseSplitwise([note, '', HEADER, '', row, '', row].join(end));
      expect(result).toMatchObject({ ok: true, value: { rows: [{ line: 5 }, { line: 7 }], problems: [] } });
    }
    expect(read(HEADER.replaceAll(',', '\t'), row.replaceAll(',', '\t')).rows).toMatchObject([{ amount: 3_000 }]);
    const german = read(HEADER.replaceAll(',', ';'), '01.03.2025;Essen;Restaurant;1234,5;EUR;1000,50;-1000,5;0', '2025-03-02;Essen;x;1,500;KWD;1,000;-1,000;0');
    expect(german).toMatchObject({ problems: [], rows: [{ date: '2025-03-01', amount: 123_450, cells: [{ net: 100_050 }, { net: -100_050 }] }, { amount: 1_500 }] });
    expect(readRow('2025-03-01,Dinner,Dining out,"1,234.00",EUR,"1,000.00","-1,000.00",0').amount).toBe(123_400);
  });

  it('keeps the lines of the file, whatever quoted cells span', () => {
    const file = read(HEADER, '2025-03-01,"two\nlines ""quoted""",x,10.00,EUR,5.00,-5.00,0', '', '2025-03-02,bad,x,10.00,EUR,5.00,-5.01,0');
    expect(file.rows).toMatchObject([{ line: 2, description: 'two lines "quoted"' }]);
    expect(file.problems).toMatchObject([{ line: 5, code: 'row_does_not_sum' }]);
  });

  it('has people whose names are cleaned, told apart, and not made of trailing commas', () => {
    const file = read('Date,Description,Category,Cost,Currency,Ann ,  Ann,A\u202Enn,,Ben,,', '2025-03-01,x,y,10.00,EUR,5.00,-5.00,0,0,0,,');
    expect(file.people).toEqual(['Ann', 'Ann (2)', 'Ann (3)', '#4', 'Ben']);
    expect(file.rows[0]?.cells).toEqual([{ name: 'Ann', net: 500 }, { name: 'Ann (2)', net: -500 }]);
    expect(read(`Date,Description,Category,Cost,Currency,${'x'.repeat(300)},Ben`).people[0]).toHaveLength(70);
  });

  it.each([
    ['30.00,EUR,20.00,-10.00,-9.99', 'row_does_not_sum'],
    ['30.00,EUR,20.00,-10.00,-10.01', 'row_does_not_sum'],
    ['12.00,EUR,16.00,-16.00,0.00', 'row_does_not_sum'],
    ['-12.00,EUR,16.00,-16.00,0.00', 'row_does_not_sum'],
    ['0.00,EUR,1.00,-1.00,0.00', 'row_amount_invalid'],
    ['NaN,EUR,6.00,-6.00,0.00', 'row_amount_invalid'],
    ['1e3,EUR,6.00,-6.00,0.00', 'row_amount_invalid'],
    ['12.00,EUR,6.00,-6.00,x', 'row_amount_invalid'],
    ['12.00,EUR,--6.00,6.00,0', 'row_amount_invalid'],
    ['99999999999999999.00,EUR,9.00,-9.00,0', 'row_amount_invalid'],
    ['12.00,ABC,6.00,-6.00,0.00', 'row_currency_unknown'],
    ['12.00,,6.00,-6.00,0.00', 'row_currency_unknown'],
    ['12.00,EUR,6.00,-6.00', 'row_too_short'],
    ['12.00,EUR', 'row_too_short'],
    ['12.00,EUR,6.00,-6.00,0.00,1.00', 'row_too_long'],
    ['12.00,EUR,0.00,0.00,0.00', 'row_no_people'],
    ['12.00,EUR,"6".00",-6.00,0.00', 'row_unreadable'],
  ])('with a row of %s says %s', (cells, code) => {
    expect(problemsOf(`2025-03-01,x,y,${cells}`, '2025-03-02,fine,y,12.00,EUR,6.00,-6.00,0')).toEqual([[2, code]]);
  });

  it.each(['2025-02-29', '2025-13-01', '03/01/2025', '1.3.25', 'yesterday', '', '20250301', '1025-01-01'])('with the date %j says so', (date) => {
    expect(problemsOf(`${date},x,y,12.00,EUR,6.00,-6.00,0`)).toEqual([[2, 'row_date_invalid']]);
  });

  it.each([['2025-03-01', '2025-03-01'], ['2025/3/1', '2025-03-01'], ['2025-03-01T12:30:00Z', '2025-03-01'], ['1.3.2025', '2025-03-01'], ['2025年3月1日', '2025-03-01']])('reads the date %s', (text, date) => {
    expect(readRow(`${text},x,y,12.00,EUR,6.00,-6.00,0`).date).toBe(date);
  });

  it('that was cut off says where, and keeps what came before', () => {
    const file = read(HEADER, '2025-03-01,x,y,12.00,EUR,6.00,-6.00,0', '2025-03-02,"never clo', '2025-03-03,x,y,12.00,EUR,6.00,-6.00,0');
    expect(file.rows).toHaveLength(1);
    expect(file.problems).toMatchObject([{ line: 3, code: 'file_truncated' }]);
    expect(problemsOf('2025-03-01,x,y,12.00,EUR,6.00,-6')).toEqual([[2, 'row_too_short']]);
    expect(problemsOf('2025-03-01,x,y,12.00,EUR,6.00,-6.00,-')).toEqual([[2, 'row_amount_invalid']]);
  });

  it('passes over rows without money', () => {
    const file = read(HEADER, ' , , , , , , , ', '2025-03-01,A note, ," ",EUR, , , ', '2025-03-01,Settle all balances,Payment,0.00,EUR,0.00,0.00,0.00', '2025-03-01,Nothing, , ,EUR,0.00,0.00,0.00', '2025-03-02,x,y,12.00,EUR,6.00,-6.00,0');
    expect(file).toMatchObject({ problems: [], rows: [{ line: 6 }], footers: [] });
    // But not over money without a cost.
    expect(problemsOf('2025-03-01,x, , ,EUR,6.00,-6.00,0', '2025-03-02,x,y,12.00,EUR,6.00,-6.00,0')).toEqual([[2, 'row_amount_invalid']]);
    expect(problemsOf('2025-03-01,x,y, ,EUR,6.00,-6.00,0')).toEqual([[2, 'row_amount_invalid']]);
  });

  it.each(['', ' \n\n', '\ufeff', '\0\0'])('of %j is empty', (text) => {
    expect(parseSplitwise(text)).toEqual({ ok: false, code: 'file_empty' });
  });
  it.each(['hello', '{"a":1}', 'a,b,c\n1,2,3', 'Date,Description,Category,Cost,Currency', '2025-03-01,x,y,12.00,EUR,6.00,-6.00', 'Name,Weight,Active,Color,Note,More\nAnn,1,1,red,-,-', '\u0000\u0001PK\u0003'])('of %j is none', (text) => {
    expect(parseSplitwise(text)).toEqual({ ok: false, code: 'file_format_unknown' });
  });
});

describe('the key of a row', () => {
  const line = '2025-03-01,Dinner,Dining out,30.00,EUR,20.00,-10.00,-10.00';
  it('is the same in a later export, with more people, more rows, another language and another order of columns', () => {
    const { key } = readRow(line);
    expect(readRow('2025-03-01,Dinner,Restaurant,30.00,EUR,0.00,-10.00,-10.00,20.00', 'Datum,Beschreibung,Kategorie,Kosten,Währung,Dmitri,Ben,Chloé,Ann').key).toBe(key);
    expect(read(HEADER, '2025-02-01,Before,x,2.00,EUR,1.00,-1.00,0', '', line).rows[1]?.key).toBe(key);
  });

  it('differs between twins and between rows', () => {
    const keys = read(HEADER, line, line, line.replace('Dinner', 'Lunch'), line.replace('EUR', 'USD'), line.replace('2025', '2024'), '2025-03-01,Dinner,x,30.00,EUR,-10.00,20.00,-10.00', '2025-03-01,Dinner,x,31.00,EUR,20.00,-10.00,-10.00').rows.map(({ key }) => key);
    expect(new Set(keys).size).toBe(7);
    expect(read(HEADER, line, line).rows.map(({ key }) => key)).toEqual(keys.slice(0, 2));
    // A refund is not the expense it undoes, nor can a name or description be made to look like other cells.
    expect(readRow('2025-03-01,x,y,-12.00,EUR,6.00,-6.00,0').key).not.toBe(readRow('2025-03-01,x,y,12.00,EUR,6.00,-6.00,0').key);
  });
});

describe('a row as an entry', () => {
  it('with one person in the plus is exact: they paid, and their share is what the others do not owe', () => {
    expect(draftOf(readRow('2025-03-01,x,y,30.00,EUR,20.00,-7.00,-13.00'))).toEqual({ kind: 'expense', amount: 3_000, payers: [['Ann', 3_000]], shares: [['Ann', 1_000], ['Ben', 700], ['Chloé', 1_300]] });
    // Paid for another, with no share of their own.
    expect(draftOf(readRow('2025-03-01,x,y,30.00,EUR,30.00,0,-30.00'))).toEqual({ kind: 'expense', amount: 3_000, payers: [['Ann', 3_000]], shares: [['Chloé', 3_000]] });
  });

  it('with several keeps each balance, and gives back an equal split', () => {
    // 90 among three, of which Ann paid 50 and Ben 40.
    expect(draftOf(readRow('2025-03-01,x,y,90.00,EUR,20.00,10.00,-30.00'))).toEqual({ kind: 'expense', amount: 9_000, payers: [['Ann', 5_000], ['Ben', 4_000]], shares: [['Ann', 3_000], ['Ben', 3_000], ['Chloé', 3_000]] });
    // Nothing left for those in the plus: they paid for the other alone.
    expect(draftOf(readRow('2025-03-01,x,y,30.00,EUR,20.00,10.00,-30.00'))).toEqual({ kind: 'expense', amount: 3_000, payers: [['Ann', 2_000], ['Ben', 1_000]], shares: [['Chloé', 3_000]] });
  });

  it('of a negative cost is a refund, received by the one in the minus', () => {
    expect(draftOf(readRow('2025-03-01,Deposit back,y,-30.00,EUR,-20.00,10.00,10.00'))).toEqual({ kind: 'refund', amount: 3_000, payers: [['Ann', 3_000]], shares: [['Ann', 1_000], ['Ben', 1_000], ['Chloé', 1_000]] });
  });

  it.each([
    '2025-03-01,Anything,Payment,30.00,EUR,-30.00,30.00,0', '2025-03-01,x,Zahlung,30.00,EUR,-30.00,30.00,0', '2025-03-01,x,Pago,30.00,EUR,-30.00,30.00,0', '2025-03-01,x,付款,30.00,EUR,-30.00,30.00,0',
    '2025-03-01,x,Paiement,30.00,EUR,-30.00,30.00,0', '2025-03-01,x,支払い,30.00,EUR,-30.00,30.00,0', '2025-03-01,x,결제,30.00,EUR,-30.00,30.00,0', '2025-03-01,x,Ödeme,30.00,EUR,-30.00,30.00,0', '2025-03-01,x,PŁATNOŚĆ,30.00,EUR,-30.00,30.00,0',
    '2025-03-01,Ben paid Ann,General,30.00,EUR,-30.00,30.00,0', '2025-03-01,Ben zahlte Ann,x,30.00,EUR,-30.00,30.00,0', '2025-03-01,Ben hat Ann bezahlt,x,30.00,EUR,-30.00,30.00,0', '2025-03-01,Ben付款给Ann,x,30.00,EUR,-30.00,30.00,0', '2025-03-01,Ben pagó a Ann,x,30.00,EUR,-30.00,30.00,0',
  ])('that is a payment settles: %s', (line) => {
    expect(draftOf(readRow(line))).toEqual({ kind: 'settlement', amount: 3_000, payers: [['Ben', 3_000]], shares: [['Ann', 3_000]] });
  });

  it('knows the short names in a payment', () => {
    const header = 'Date,Description,Category,Cost,Currency,Ann Marie Baker,Ben Castle';
    for (const text of ['Ann B. paid Ben C.', 'Ann paid Ben', 'Ann Marie Baker paid Ben Castle']) {
      expect(readRow(`2025-03-01,${text},General,30.00,EUR,30.00,-30.00`, header).kind).toBe('settlement');
    }
  });

  it.each([
    '2025-03-01,Lunch for Ben,Dining out,30.00,EUR,30.00,-30.00,0',
    '2025-03-01,Ann paid Ben’s ticket,General,30.00,EUR,30.00,-30.00,0',
    '2025-03-01,Ann paid,General,30.00,EUR,30.00,-30.00,0',
    '2025-03-01,Deposit,Payment,30.00,EUR,15.00,-15.00,0',
    '2025-03-01,Deposit,Payment,30.00,EUR,30.00,-15.00,-15.00',
  ])('that only looks like a payment is an expense: %s', (line) => {
    expect(readRow(line).kind).toBe('expense');
  });

  it('rounds thirds of a cent so that it still sums', () => {
    const row = readRow('2025-03-01,Car,Car,1231.46,USD,923.595,-307.865,-307.865,-307.865', `${HEADER},Dmitri`);
    expect(row.cells.reduce((sum, { net }) => sum + net, 0)).toBe(0);
    for (const { net } of row.cells.slice(1)) expect([-30_787, -30_786]).toContain(net);
    const thirds = readRow('2025-03-01,x,y,10.00,EUR,6.6667,-3.3333,-3.3333').cells.map(({ net }) => net);
    expect(thirds.reduce((sum, net) => sum + net, 0)).toBe(0);
    for (const [index, exact] of [666.67, -333.33, -333.33].entries()) expect(Math.abs((thirds[index] ?? 0) - exact)).toBeLessThan(1);
    for (const last of ['-3.324', '-3.344', '-3.322']) expect(problemsOf(`2025-03-01,x,y,10.00,EUR,6.667,-3.333,${last}`)).toEqual([[2, 'row_does_not_sum']]);
    for (const last of ['-3.3249', '-3.334', '-3.3439']) expect(readRow(`2025-03-01,x,y,10.00,EUR,6.667,-3.333,${last}`).cells.reduce((sum, { net }) => sum + net, 0)).toBe(0);
    expect(readRow('2025-03-01,x,y,1000.00,JPY,500.00,-500.00,0').cells).toEqual([{ name: 'Ann', net: 500 }, { name: 'Ben', net: -500 }]);
  });

  it('may name one person twice', () => {
    const row = readRow('2025-03-01,x,y,30.00,EUR,20.00,-10.00,-10.00');
    expect(draftOf(row, { Chloé: 'Ben' })).toMatchObject({ payers: [['Ann', 3_000]], shares: [['Ann', 1_000], ['Ben', 2_000]] });
    expect(draftOf(row, { Chloé: 'Ann' })).toMatchObject({ payers: [['Ann', 3_000]], shares: [['Ann', 2_000], ['Ben', 1_000]] });
    const one = new Map(['Ann', 'Ben', 'Chloé'].map((name) => [name, 'Ann']));
    expect(splitwiseToDraft(row, one)).toEqual({ ok: false, code: 'row_no_people' });
    expect(splitwiseToDraft(row, new Map([['Ann', 'Ann']]))).toEqual({ ok: false, code: 'person_unknown', details: { name: 'Ben' } });
  });

  it.each([
    ['Dining out', 'dining'], ['Groceries', 'groceries'], ['TV/Phone/Internet', 'utilities'], ['Gas/fuel', 'transport'], ['Bus/train', 'transport'], ['Plane', 'travel'], ['Hotel', 'lodging'], ['Mortgage', 'rent'],
    ['Medical expenses', 'health'], ['Childcare', 'children'], ['Entertainment - Other', 'entertainment'], ['Uncategorized', 'general'], ['General', 'general'], ['GENERAL ', 'general'], ['', 'general'],
    ['Lebensmittel', 'groceries'], ['房租', 'rent'], ['Möbel', 'household'], ['Board games', 'Board games'], [' 剧本杀 ', '剧本杀'],
  ])('of category %j is %s', (word, category) => {
    expect(toCategory(word)).toBe(category);
  });
});

describe('the footer', () => {
  const rows = ['2025-03-01,x,y,30.00,EUR,20.00,-10.00,-10.00', '2025-03-02,x,y,-9.00,EUR,-6.00,3.00,3.00', '2025-03-03,x,y,10.00,USD,5.00,-5.00,0'];
  it('is compared with what the entries come to, person by person and currency by currency', () => {
    const file = read(HEADER, ...rows, '', '2025-03-03,Total balance, , ,EUR,14.00,-7.01,-6.99');
    expect(checkFooter(file)).toEqual([
      { name: 'Ann', currency: 'EUR', file: 1_400, computed: 1_400 },
      { name: 'Ben', currency: 'EUR', file: -701, computed: -700 },
      { name: 'Chloé', currency: 'EUR', file: -699, computed: -700 },
      { name: 'Ann', currency: 'USD', file: null, computed: 500 },
      { name: 'Ben', currency: 'USD', file: null, computed: -500 },
      { name: 'Chloé', currency: 'USD', file: null, computed: 0 },
    ]);
  });

  it('shows what rows with problems leave out', () => {
    const file = read(HEADER, ...rows, '2025-02-30,x,y,30.00,EUR,20.00,-10.00,-10.00', '2025-03-03,Total balance,,,EUR,34.00,-17.00,-17.00');
    expect(checkFooter(file).filter(({ file: said, computed }) => said !== null && said !== computed)).toHaveLength(3);
  });

  it('of zeros is a footer too, and in any place if its words are known', () => {
    const file = read(HEADER, '2025-03-09,Total balance, , ,EUR,0.00,0.00,0.00', '2025-03-01,x,y,30.00,EUR,20.00,-10.00,-10.00');
    expect(file.footers).toHaveLength(1);
    expect(read(HEADER, '2025-03-09,Salio lote, , ,EUR,0.00,0.00,0.00').footers).toHaveLength(1);
  });
});
